import sharp from 'sharp';

/** Where a telephone says that it took a picture: Seoul station. */
const exif = {
  IFD0: { Artist: 'KingBus demo' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 33/1 17/1', GPSLongitudeRef: 'E', GPSLongitude: '126/1 58/1 15/1' },
};

/** What is in a picture's bytes where they say who took it, and where. */
export const placeMark = 'KingBus demo';

/** A picture as a telephone makes it, with the place where it was taken. */
export async function takePicture({ width, height, colour }: { width: number; height: number; colour: string }) {
  const background = { width, height, channels: 3 as const, background: colour };
  return new Uint8Array(await sharp({ create: background }).withExif(exif).jpeg().toBuffer());
}
