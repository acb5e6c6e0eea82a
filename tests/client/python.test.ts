import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { jpeg } from '../support/pictures.ts';
import { connectTo, chatUrlOf } from '../support/clients/chat-client.ts';
import { startChat } from '../support/servers/chat-home.ts';
import { newCustomer, newDriver, password } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { Switchboard } from '../support/servers/switchboard.ts';

/** What the client in Python says happened. */
interface Happening {
  happened: string;
  seq?: number;
  id?: string;
  kind?: string;
  body?: string;
}

/** Debian's own Python, which has Debian's `websockets`. */
const python = '/usr/bin/python3';

test(
  'a client in Python, written from the protocol’s page, loses nothing and doubles nothing',
  { timeout: 60_000 },
  async () => {
    const [first, second, customer, driver] = await Promise.all([
      startChat('python-1'),
      startChat('python-2'),
      newCustomer(),
      newDriver(),
    ]);
    const room = await newRoom(customer, driver);
    const board = await Switchboard.start(first.origin);

    const words = ['tests/client/python/chat.py', inject('origin'), board.origin, customer.account.username, password];
    const child = spawn(python, words, { cwd: checkout, stdio: ['pipe', 'pipe', 'inherit'] });
    const happenings: Happening[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => happenings.push(JSON.parse(line) as Happening));
    const of = (name: string) => happenings.filter(({ happened }) => happened === name);
    const tell = (command: object) => child.stdin.write(`${JSON.stringify(command)}\n`);
    const send = (from: number, to: number) => {
      for (let index = from; index < to; index++)
        tell({ do: 'send', room, id: `py-${index}`, body: `파이썬 ${index}` });
    };
    try {
      await expect.poll(() => of('ready'), { timeout: 15_000 }).toHaveLength(1);
      send(0, 40);
      await expect.poll(() => of('ack').length, { timeout: 15_000 }).toBeGreaterThan(10);

      // The chat under it dies while it sends; meanwhile the other side talks.
      board.pointTo(second.origin);
      send(40, 80);
      await first.kill();
      send(80, 100);
      const other = await connectTo(chatUrlOf(second.origin), driver);
      for (let index = 0; index < 20; index++) other.send({ type: 'send', id: `js-${index}`, room, body: `${index}` });

      await expect.poll(() => of('message').length, { timeout: 20_000 }).toBe(120);
      await expect.poll(() => of('ack').length, { timeout: 20_000 }).toBe(100);
      // A picture from its disk goes over HTTP, then its message over the socket.
      const path = join(mkdtempSync(join(tmpdir(), 'kingbus-python-')), '사진.jpg');
      writeFileSync(path, await jpeg());
      tell({ do: 'send files', room, id: 'py-files', paths: [path], body: '사진입니다' });
      await expect.poll(() => of('ack').length, { timeout: 20_000 }).toBe(101);
      await expect.poll(() => of('message').length, { timeout: 20_000 }).toBe(121);
      rmSync(dirname(path), { recursive: true });
      const withFile = of('message').pop();
      expect(withFile).toMatchObject({ seq: 121, id: 'py-files', kind: 'files' });
      const { text, files } = JSON.parse(withFile?.body ?? '') as { text: string; files: object[] };
      expect({ text, files }).toMatchObject({ text: '사진입니다', files: [{ name: '사진.webp', width: 64 }] });

      tell({ do: 'quit' });
      expect(await once(child, 'exit')).toEqual([0, null]);
      await other.close();

      expect(of('message').map(({ seq }) => seq)).toEqual(Array.from({ length: 121 }, (_, index) => index + 1));
      expect(new Set(of('message').map(({ id }) => id)).size).toBe(121);
      expect(of('ready')).toHaveLength(2);
      expect(of('disconnected')).toHaveLength(1);
      expect(of('out of place')).toEqual([]);
      expect(of('error')).toEqual([]);
      for (const { id, seq } of of('ack')) expect(of('message').find((message) => message.seq === seq)?.id).toBe(id);
      const own = of('message').filter(({ id, kind }) => kind === 'text' && id?.startsWith('py-'));
      expect(own.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => `py-${index}`));
    } finally {
      child.kill();
      board.stop();
      await second.stop();
    }
  },
);
