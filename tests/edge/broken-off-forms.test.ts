import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/db/test-database.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { testSettings } from '../support/servers/settings.ts';

const form = 'multipart/form-data; boundary=b';
const part = (disposition: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}`;
const photo = `${part('name="kind"', 'photo')}\r\n`;
const file = part('name="file"; filename="a.jpg"', 'a bus');

/** Forms that are refused before they have come to their end, of which there is more to come. */
const refused = [
  { what: 'the type is another', status: 415, type: 'text/plain', begin: photo + file },
  { what: 'a field does not fit', status: 422, type: form, begin: `${part('name="kind"', 'x')}\r\n${file}` },
  { what: 'it is no form', status: 400, type: 'multipart/form-data', begin: photo },
  { what: 'the file is too large', status: 413, type: form, begin: photo + file + 'x'.repeat(5_000) },
  { what: 'it announces too much', status: 413, type: form, begin: photo + file, length: 30_000_000 },
];

/** What its sender does after that: sends the rest, falls silent until the answer is there, or goes away without it. */
const ways = ['sends on', 'falls silent', 'goes away'] as const;

describe('a form that is refused early, at the edge', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let worker: Worker;

  beforeAll(async () => {
    const { databaseUrl, keysDirectory } = testSettings();
    database = await createTestDatabase(databaseUrl);
    worker = await startWorker(database.url, workerBindings(keysDirectory), 'tests/edge/workers/upload.ts');
  });
  afterAll(async () => {
    await worker?.stop();
    await database?.drop();
  });

  const upload = async () => {
    const data = new FormData();
    data.set('kind', 'photo');
    data.set('file', new File(['a bus'], 'a.jpg'));
    const response = await fetch(`${worker.origin}/files`, { method: 'POST', body: data });
    return response.json();
  };

  it.each(refused)('$status, because $what, and its client breaks off: nobody else notices', async (each) => {
    const asked = [true, false].flatMap((isChunked) => ways.map((way) => ({ way, isChunked })));
    const answers = await Promise.all(asked.map((how) => send(worker, { ...each, ...how })));
    expect(answers).toEqual(asked.map(({ way }) => (way === 'goes away' ? undefined : each.status)));
    expect(await Promise.all([upload(), upload()])).toEqual([{ length: 5 }, { length: 5 }]);
    expect(worker.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

/** Sends a form in the way that is asked for, and breaks off when the answer has begun; gives its status. */
async function send(
  worker: Worker,
  how: { type: string; begin: string; length?: number; way: (typeof ways)[number]; isChunked: boolean },
): Promise<number | undefined> {
  const { hostname, port } = new URL(worker.origin);
  const socket = connect(Number(port), hostname);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  let received = '';
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      received += data.toString('latin1');
      resolve();
    });
  });
  // A length is told that nobody keeps: what comes on is only the beginning of it.
  const isChunked = how.isChunked && how.length === undefined;
  const framed = (text: string) => (isChunked ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
  const fields = [
    'POST /files HTTP/1.1',
    `Host: ${hostname}`,
    `Content-Type: ${how.type}`,
    isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${how.length ?? 1_000_000}`,
  ];
  await new Promise((resolve) =>
    socket.write(`${fields.join('\r\n')}\r\n\r\n${framed(how.begin)}`, () => resolve(undefined)),
  );
  if (how.way === 'goes away') {
    socket.destroy();
    await closed;
    return undefined;
  }
  if (how.way === 'sends on')
    for (let sent = 0; sent < 900_000; sent += 90_000) socket.write(framed('x'.repeat(90_000)));
  await Promise.race([answered, closed]);
  socket.destroy();
  await closed;
  const status = /^HTTP\/1\.1 (\d{3})/u.exec(received)?.[1];
  return status === undefined ? undefined : Number(status);
}
