import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { readBytes, rowOf, sendFile, sentFile } from '../support/people/files.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { bomb, gif, hugeHeader, jpeg, lookAt, pdf, phonePhoto, png, webp } from '../support/pictures.ts';

const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

describe('POST /v1/files', () => {
  it.each([
    ['jpeg', jpeg],
    ['png', png],
    ['webp', webp],
  ] as const)('takes a %s, whatever its sender calls it, and keeps it as WebP', async (_kind, make) => {
    const customer = await newCustomer();
    const answer = await sendFile(customer, await make(), { name: 'me.exe', type: 'application/x-msdownload' });
    expect(answer).toMatchObject({
      status: 201,
      body: { purpose: 'profile_photo', name: 'me.webp', type: 'image/webp', width: 64, height: 48 },
    });
    expect(answer.headers.get('Location')).toBe(`/v1/files/${answer.body.id}`);
    expect(answer.body.url).toMatch(/^\/files\/[0-9a-f]{32}$/u);
    const { bytes } = await readBytes(customer, `/v1/files/${answer.body.id}`);
    expect(bytes).toHaveLength(answer.body.bytes);
    expect(await lookAt(bytes)).toMatchObject({ format: 'webp', width: 64, topLeft: 'red', topRight: 'blue' });
  });

  it('keeps no place, person, comment or profile of a photo, and shows it upright', async () => {
    const customer = await newCustomer();
    const sent = await phonePhoto();
    expect(text(sent)).toContain('Kim Minji');
    const file = await sentFile(customer, {}, sent);
    const { bytes } = await readBytes(customer, `/v1/files/${file.id}`);
    // A quarter turn to the right: what was left is above.
    expect(await lookAt(bytes)).toEqual({
      format: 'webp',
      width: 400,
      height: 600,
      pages: 1,
      metadata: [],
      topLeft: 'red',
      topRight: 'red',
      bottomLeft: 'blue',
    });
    for (const secret of ['Kim Minji', 'KINGBUS', 'Exif', 'EXIF', 'XMP ', 'xpacket']) {
      expect(text(bytes)).not.toContain(secret);
    }
  });

  it('keeps a PDF as it is', async () => {
    const [driver, admin] = [await newDriver({ active: false }), await newAdmin()];
    const bytes = pdf();
    const { id, ...file } = await sentFile(driver, { purpose: 'document', name: '면허증.PDF' }, bytes);
    expect(file).toMatchObject({ name: '면허증.pdf', type: 'application/pdf', bytes: bytes.length, width: null });
    expect((await readBytes(admin, `/v1/files/${id}`)).bytes).toEqual(bytes);
  });

  it.each<[string, () => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>, string]>([
    ['a GIF', gif, 'profile_photo'],
    ['a PDF where a picture belongs', () => pdf(), 'profile_photo'],
    [
      'a drawing',
      () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      'document',
    ],
    ['a page', () => new TextEncoder().encode('<!doctype html><script>alert(1)</script>'), 'document'],
    [
      'a page that says it is a PDF further down',
      () => new TextEncoder().encode('<script></script>\n%PDF-1.4'),
      'document',
    ],
    ['an archive', () => new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 0]), 'document'],
    ['a program', () => new TextEncoder().encode('MZ\u0090 this is no picture'), 'document'],
    ['nothing at all', () => new Uint8Array(), 'document'],
    ['the first byte of a JPEG', () => new Uint8Array([0xff]), 'document'],
  ])('refuses %s by its content, though it is called a picture', async (_what, make, purpose) => {
    const driver = await newDriver();
    const answer = await sendFile(driver, await make(), { purpose, name: 'photo.jpg', type: 'image/jpeg' });
    expect(answer).toMatchObject(refusal(415, 'file_type_not_accepted'));
  });

  it.each<[string, () => Uint8Array<ArrayBuffer>, string]>([
    ['400 million pixels in 50 KB', () => bomb(), 'picture_too_large'],
    ['a header that tells of more than there can be', hugeHeader, 'picture_unreadable'],
    [
      'a signature and nonsense',
      () => new Uint8Array([0xff, 0xd8, 0xff, ...new Uint8Array(3000).fill(9)]),
      'picture_unreadable',
    ],
  ])('refuses %s', async (_what, make, code) => {
    const { status, body } = await sendFile(await newCustomer(), make());
    expect(status).toBe(422);
    // Where the limit of the library itself comes first, it cannot be told from a broken header.
    expect([code, 'picture_unreadable']).toContain((body as { code?: string }).code);
  });

  it('drops what stands behind a picture: a page, a script, an archive', async () => {
    const customer = await newCustomer();
    const behind = '<html><script>alert(1)</script></html>PK\u0003\u0004';
    const file = await sentFile(customer, { name: 'photo.html' }, new Blob([await png(), behind]));
    const { bytes } = await readBytes(customer, `/v1/files/${file.id}`);
    expect(text(bytes)).not.toContain('script');
    expect(file.name).toBe('photo.webp');
  });

  it.each([
    ['../../../etc/passwd', 'passwd.webp'],
    [String.raw`C:\Users\minji\사진.JPG`, '사진.webp'],
    ['a/b/.htaccess', 'htaccess.webp'],
    ['line\r\nSet-Cookie: x=1.jpg', 'lineSet-Cookie_ x=1.webp'],
    ['photo\u202Egpj.exe', 'photogpj.webp'],
    ['"quoted".jpg', '_quoted_.webp'],
    ['..', null],
    ['\u200b', null],
    ['x'.repeat(400), `${'x'.repeat(120)}.webp`],
    ['\u1112\u1161\u11ab\u1100\u116e\u11a8.jpg', '한국.webp'],
  ])('keeps of the name %j what a download may be called', async (name, kept) => {
    const customer = await newCustomer();
    const file = await sentFile(customer, { name });
    expect(file.name).toBe(kept);
    const { headers } = await readBytes(customer, `/v1/files/${file.id}`);
    expect(headers.get('Content-Disposition')).toMatch(
      /^attachment; filename="[ !#-~]+"; filename\*=UTF-8''[\w.%~!-]+$/u,
    );
    expect(headers.get('Set-Cookie')).toBeNull();
  });

  it('refuses more than 10 MB, announced or not, and what it knows of nothing', async () => {
    const customer = await newCustomer();
    const big = new Blob([await jpeg(), new Uint8Array(10 * 2 ** 20)]);
    expect(await sendFile(customer, big)).toMatchObject(refusal(413, 'payload_too_large'));
    expect(await sendFile(customer, await jpeg(), { purpose: 'passport' })).toMatchObject(
      refusal(422, 'validation_failed'),
    );
    expect(await sendFile(customer, await jpeg(), { purpose: '__proto__' })).toMatchObject(
      refusal(422, 'validation_failed'),
    );
  });

  it('takes each purpose from whom it names', async () => {
    const customer = await newCustomer();
    for (const purpose of ['document', 'vehicle_photo']) {
      expect(await sendFile(customer, await jpeg(), { purpose })).toMatchObject(refusal(403, 'forbidden'));
    }
  });

  it('takes a file for a chat from its members, with the room', async () => {
    const [customer, driver, other] = await Promise.all([newCustomer(), newDriver(), newCustomer()]);
    const roomId = await newRoom(customer, driver);
    const file = await sentFile(customer, { purpose: 'chat', roomId });
    expect(file.url).toBe(`/v1/files/${file.id}`);
    expect(await rowOf(file)).toMatchObject({ roomId, state: 'pending', class: 'private' });
    expect(await sendFile(other, await jpeg(), { purpose: 'chat', roomId })).toMatchObject(refusal(404, 'not_found'));
    expect(await sendFile(customer, await jpeg(), { purpose: 'chat' })).toMatchObject(
      refusal(422, 'validation_failed'),
    );
    expect(await sendFile(customer, await jpeg(), { roomId })).toMatchObject(refusal(422, 'validation_failed'));
  });

  it('counts what one account sends', async () => {
    const customer = await newCustomer();
    const answers = [];
    for (let count = 0; count < 121; count++) answers.push((await sendFile(customer, new Uint8Array(20))).status);
    expect(answers.filter((status) => status === 415)).toHaveLength(120);
    const refused = await sendFile(customer, await jpeg());
    expect(refused).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});
