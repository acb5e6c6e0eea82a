import { Agent } from 'node:http';
import { ask } from '../../support/ask.ts';
import type { Memory } from '../../support/probe.ts';
import { createPeople, createRooms, createRoomsOf } from '../../support/population.ts';
import type { Person } from '../../support/population.ts';
import type { MeasuredProcess } from '../../support/measured-process.ts';
import type { Stage } from '../../support/stage.ts';
import { table, whole } from '../../support/table.ts';

/** Tokens that a process remembers at most (functions/identity/access-token.ts). */
const tokensAtMost = 10_000;

/**
 * What a process holds for each thing that it knows of, by the growth of its memory after a full collection, once it is warm; and that it
 * holds nothing of those who have gone.
 */
export async function* measureHeld(stage: Stage): AsyncGenerator<string> {
  const lines = [...(await measureTokens(stage)), ...(await measureSockets(stage))];
  yield table(['', 'bytes of V8 heap each', 'grows with', 'at most'], lines);
}

interface Held {
  what: string;
  growsWith: string;
  atMost: string;
}

/** What came to be between two looks, for each of `count` things. */
function line({ what, growsWith, atMost }: Held, before: Memory, after: Memory, count: number): string[] {
  return [what, whole((after.heapUsed - before.heapUsed) / count), growsWith, atMost];
}

/** An HTTP process, asked by ever more accounts. */
async function measureTokens(stage: Stage): Promise<string[][]> {
  const people = await createPeople(stage, 1.5 * tokensAtMost);
  const server = await stage.start('adapters/node/http.ts', { ...stage.productSettings, KINGBUS_QUERY_BUDGET: 'off' });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const askAs = async (some: Person[]): Promise<Memory> => {
    const waiting = [...some];
    const one = async () => {
      for (let person = waiting.pop(); person; person = waiting.pop())
        await ask(server, { path: '/v1/me', token: person.token, agent });
    };
    await Promise.all(Array.from({ length: 16 }, one));
    return server.memory();
  };
  const warm = await askAs(people.slice(0, 0.2 * tokensAtMost));
  const full = await askAs(people.slice(0.2 * tokensAtMost, tokensAtMost));
  const over = await askAs(people.slice(tokensAtMost));
  agent.destroy();
  await server.stop();
  return [
    line(
      { what: 'a verified token', growsWith: 'tokens in use', atMost: `${whole(tokensAtMost)} a process` },
      warm,
      full,
      0.8 * tokensAtMost,
    ),
    line(
      { what: 'a token beyond those', growsWith: 'nothing', atMost: 'the oldest goes for it' },
      full,
      over,
      people.length - tokensAtMost,
    ),
  ];
}

/** A chat process: sockets, the rooms that they follow, and what is left of them. */
async function measureSockets(stage: Stage): Promise<string[][]> {
  const crowd = await stage.startCrowd();
  const chat = await stage.startChat();
  const { port } = chat;
  const visit = async (group: string, people: Person[]): Promise<Memory> => {
    const visitors = people.map(({ token }) => ({ token, room: 0, listens: true }));
    await crowd.open({ group, dialect: 'kingbus', port, visitors });
    return chat.memory();
  };
  const leave = async (group: string): Promise<Memory> => {
    await crowd.close(group);
    return untilSettled(chat);
  };
  const pairs = async (count: number): Promise<Person[]> =>
    (await createRooms(stage, count, 2)).flatMap(({ members }) => members);

  const rooms = 100;
  const [few, many] = [await pairs(50), await pairs(50)];
  for (let index = 0; index < many.length; index += 2) await createRoomsOf(stage, many.slice(index, index + 2), rooms);
  const [comers, later] = [await pairs(tokensAtMost / 2), await pairs(tokensAtMost / 4)];
  await visit('warm', await pairs(500));
  const settled = await leave('warm');

  const withFew = await visit('few', few);
  const withMany = await visit('many', many);
  // As many sockets more, and the rooms: the sockets are taken off by what the first ones took.
  const ofRooms = { ...withMany, heapUsed: withMany.heapUsed - (withFew.heapUsed - settled.heapUsed) };
  await crowd.close('few');
  await leave('many');
  await visit('comers', comers);
  const full = await leave('comers');
  await visit('later', later);
  const left = await leave('later');
  return [
    line(
      { what: 'a room that two here follow', growsWith: 'rooms of those who are connected', atMost: 'by sockets' },
      withFew,
      ofRooms,
      (many.length / 2) * rooms,
    ),
    line(
      { what: 'an account that was here and has left', growsWith: 'nothing', atMost: 'its token, as above' },
      full,
      left,
      later.length,
    ),
  ];
}

/** What is held once nobody is connected any more. */
async function untilSettled(chat: MeasuredProcess): Promise<Memory> {
  let last = await chat.memory();
  for (;;) {
    const next = await chat.memory();
    if (Math.abs(next.heapUsed - last.heapUsed) < 10_000) return next;
    last = next;
  }
}
