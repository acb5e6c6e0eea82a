import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChatClient } from '../../client/chat.ts';
import type { ChatMessage } from '../../client/chat-types.ts';
import { chatUrlOf } from '../support/clients/chat-client.ts';
import { startChat } from '../support/servers/chat-home.ts';
import type { StartedChat } from '../support/servers/chat-home.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { Switchboard } from '../support/servers/switchboard.ts';

let started: StartedChat[] = [];
let board: Switchboard;
let run = 0;

async function start(): Promise<StartedChat> {
  const chat = await startChat(`client-${++run}`);
  started.push(chat);
  return chat;
}

beforeEach(async () => {
  started = [];
  board = await Switchboard.start((await start()).origin);
});

afterEach(async () => {
  board.stop();
  await started.at(-1)?.stop();
});

function open(person: Person): { chat: ChatClient; shown: ChatMessage[] } {
  const shown: ChatMessage[] = [];
  const chat = new ChatClient({
    url: chatUrlOf(board.origin),
    token: async () => person.token ?? '',
    reconnect: { fromMs: 20, toMs: 200 },
  });
  chat.on('message', (message) => shown.push(message));
  return { chat, shown };
}

test(
  'each message is seen once, in order, by both, while the chat dies and restarts in the middle of sends',
  { timeout: 60_000 },
  async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const people = [
      { id: customer.id, ...open(customer) },
      { id: driver.id, ...open(driver) },
    ];
    await Promise.all(people.map(({ chat }) => chat.connect()));

    // A crash, a cut line, and a restart that says `bye`, each when some more have been acknowledged.
    const replace = async (end: (old: StartedChat) => Promise<void>) => {
      const old = started.at(-1);
      const [next] = await Promise.all([start(), old && end(old)]);
      board.pointTo(next.origin);
    };
    const mishaps = [() => replace((old) => old.kill()), async () => board.cut(), () => replace((old) => old.stop())];
    const each = 100;
    let acknowledged = 0;
    let mishapsDone = Promise.resolve();
    const sent = people.flatMap(({ chat }, who) =>
      Array.from({ length: each }, (_, index) =>
        chat.send(room, `${who}-${index}`).then((placed) => {
          const mishap = ++acknowledged % 50 === 0 ? mishaps.shift() : undefined;
          if (mishap) mishapsDone = mishapsDone.then(mishap);
          return placed;
        }),
      ),
    );
    const placed = await Promise.all(sent);
    await mishapsDone;
    await expect.poll(() => people.map(({ shown }) => shown.length), { timeout: 20_000 }).toEqual([2 * each, 2 * each]);

    expect(mishaps).toEqual([]);
    const seqOf = new Map(placed.map(({ id, seq }) => [id, seq]));
    for (const { chat, shown } of people) {
      expect(shown.map(({ seq }) => seq)).toEqual(Array.from({ length: 2 * each }, (_, index) => index + 1));
      for (const { id, seq } of shown) expect(seqOf.get(id)).toBe(seq);
      for (const [who, { id }] of people.entries()) {
        const own = shown.filter(({ from }) => from === id).map(({ body }) => body);
        expect(own).toEqual(Array.from({ length: each }, (_, index) => `${who}-${index}`));
      }
      expect(chat.outbox).toEqual([]);
      chat.close();
    }
  },
);

test('typing, read marks, edits and deletions travel, and what was missed comes by the kept cursors', async () => {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const [minji, junho] = [open(customer), open(driver)];
  await Promise.all([minji.chat.connect(), junho.chat.connect()]);
  const typing = new Promise((resolve) => void minji.chat.on('typing', resolve));
  junho.chat.typing(room);
  expect(await typing).toMatchObject({ room, account: driver.id });

  const { seq } = await junho.chat.send(room, '7시에 도착합니다');
  await expect.poll(() => minji.shown.length).toBe(1);
  const read = new Promise((resolve) => void junho.chat.on('read', resolve));
  minji.chat.markRead(room, seq);
  expect(await read).toMatchObject({ room, account: customer.id, seq });

  minji.chat.close();
  await junho.chat.edit(room, seq, '7시 반에 도착합니다');
  await junho.chat.delete(room, seq);
  const later = new ChatClient({
    url: chatUrlOf(board.origin),
    token: async () => customer.token ?? '',
    cursors: minji.chat.cursors,
  });
  const missed: ChatMessage[] = [];
  later.on('message', (message) => missed.push(message));
  await later.connect();
  await expect
    .poll(() => missed.map(({ kind, target }) => [kind, target]))
    .toEqual([
      ['edit', seq],
      ['deletion', seq],
    ]);
  await expect(later.edit(room, seq, '늦었네')).rejects.toMatchObject({ code: 'not_changeable' });
  later.close();
  junho.chat.close();
});
