import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, inject, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
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
      tell({ do: 'quit' });
      expect(await once(child, 'exit')).toEqual([0, null]);
      await other.close();

      expect(of('message').map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
      expect(new Set(of('message').map(({ id }) => id)).size).toBe(120);
      expect(of('ready')).toHaveLength(2);
      expect(of('disconnected')).toHaveLength(1);
      expect(of('out of place')).toEqual([]);
      expect(of('error')).toEqual([]);
      for (const { id, seq } of of('ack')) expect(of('message').find((message) => message.seq === seq)?.id).toBe(id);
      const own = of('message').filter(({ id }) => id?.startsWith('py-'));
      expect(own.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, index) => `py-${index}`));
    } finally {
      child.kill();
      board.stop();
      await second.stop();
    }
  },
);
