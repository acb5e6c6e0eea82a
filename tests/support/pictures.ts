import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { Samples } from '../ports/pictures-contract.ts';

/** Where a test picture was taken, and by whom: none of it may stay. */
export const secrets = ['Kim Minji', 'KINGBUS-XMP', 'KINGBUS-COMMENT'] as const;

const exif = {
  IFD0: { Artist: 'Kim Minji', Copyright: 'Kim Minji' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '37/1 33/1 58/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '126/1 58/1 41/1',
  },
};

const xmp = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="KINGBUS-XMP"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/** Red on its left half, blue on its right one. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).composite([
    {
      input: {
        create: { width: Math.ceil(width / 2), height, channels: 3, background: '#ff0000' },
      },
      left: 0,
      top: 0,
    },
  ]);

type Bytes = Uint8Array<ArrayBuffer>;
const plain = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

export const jpeg = async (width = 64, height = 48): Promise<Bytes> =>
  plain(await halves(width, height).jpeg().toBuffer());
export const png = async (width = 64, height = 48): Promise<Bytes> =>
  plain(await halves(width, height).png().toBuffer());
export const webp = async (width = 64, height = 48): Promise<Bytes> =>
  plain(await halves(width, height).webp().toBuffer());
export const gif = async (): Promise<Bytes> => plain(await halves(64, 48).gif().toBuffer());

/** As a phone makes it: lying on its side (EXIF 6: a quarter turn to the right), with the place, the person, XMP, a profile and a comment. */
export async function phonePhoto(): Promise<Bytes> {
  const bytes = await halves(600, 400)
    .withExif(exif)
    .withXmp(xmp)
    .withIccProfile('p3')
    .withMetadata({ orientation: 6 })
    .withExifMerge(exif)
    .withXmp(xmp)
    .jpeg()
    .toBuffer();
  const comment = Buffer.from('KINGBUS-COMMENT');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(comment.length + 2);
  return plain(Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, comment, bytes.subarray(2)]));
}

/** Pixels that no codec makes smaller, so that the file is as long as is asked, about. */
export async function noisyJpeg(width: number, height: number): Promise<Bytes> {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let index = 0; index < pixels.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[index] = state >>> 24;
  }
  return plain(
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 95 })
      .toBuffer(),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of one bit a pixel whose data are these. */
export function pngOf(width: number, height: number, data: Buffer): Bytes {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return plain(Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]));
}

/** 400 million pixels in some 50 KB, of which each can be decoded. */
export const bomb = (side = 20_000): Bytes =>
  pngOf(side, side, deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8)))));

/** Says that it has 2³¹ - 1 pixels a side, and has none. */
export const hugeHeader = (): Bytes => pngOf(2 ** 31 - 1, 2 ** 31 - 1, deflateSync(Buffer.alloc(10)));

export const pdf = (text = 'KingBus'): Bytes =>
  plain(Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% ${text}\ntrailer<</Root 1 0 R>>\n%%EOF\n`));

/** Of an animation of so many frames. */
export async function animatedWebp(frames = 3): Promise<Bytes> {
  const pages = Array.from({ length: frames }, (_, index) => ({
    input: { create: { width: 32, height: 32, channels: 3 as const, background: index === 0 ? '#ff0000' : '#00ff00' } },
    left: 0,
    top: index * 32,
  }));
  const stacked = await sharp({ create: { width: 32, height: 32 * frames, channels: 3, background: '#000' } })
    .composite(pages)
    .raw()
    .toBuffer();
  const raw = { width: 32, height: 32 * frames, channels: 3 as const, pageHeight: 32 };
  return plain(
    await sharp(stacked, { raw })
      .webp({ loop: 0, delay: Array.from({ length: frames }, () => 100) })
      .toBuffer(),
  );
}

/** What is in a picture: its kind, sides and metadata, and whether red is on the left. */
export async function lookAt(bytes: Uint8Array) {
  const {
    format,
    width,
    height,
    exif: tags,
    xmp: packet,
    icc,
    comments,
    orientation,
    pages = 1,
  } = await sharp(bytes).metadata();
  const at = async (left: number, top: number) => {
    const [r = 0, , b = 0] = await sharp(bytes)
      .removeAlpha()
      .extract({ left, top, width: 1, height: 1 })
      .raw()
      .toBuffer();
    return r > b ? 'red' : 'blue';
  };
  return {
    format,
    width,
    height,
    pages,
    metadata: [tags, packet, icc, comments, orientation].filter((each) => each !== undefined),
    topLeft: await at(0, 0),
    topRight: await at(width - 1, 0),
    bottomLeft: await at(0, height - 1),
  };
}

/** What tests/ports/pictures-contract.ts asks for. */
export const samplePictures = async (): Promise<Samples> => ({
  phonePhoto: await phonePhoto(),
  jpeg: await jpeg(),
  png: await png(),
  webp: await webp(),
  gif: await gif(),
  wide: await jpeg(3000, 1500),
  animated: await animatedWebp(),
  bomb: bomb(),
  hugeHeader: hugeHeader(),
  pdf: pdf(),
});
