import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient } from '../../client/http.ts';
import { connect } from '../../db/engine/connect.ts';
import { createPeople } from '../faults/people.ts';
import { Random } from '../faults/random.ts';
import { Requests } from './requests.ts';
import type { RequestsReport } from './requests.ts';
import { Talk } from './talks.ts';
import type { TalksReport } from './talks.ts';
import type { World } from './world.ts';

export interface RunOptions {
  requestsPerSecond: number;
  /** As many requests may be under way; then the pace gives way. */
  requestsAtOnce: number;
  talks: number;
  /** Of each of the two in a talk. */
  messagesPerSecond: number;
  /** How long it goes on before and after, in milliseconds. */
  calmMs: number;
}

export interface Report {
  requests: RequestsReport;
  talks: TalksReport;
}

/** Has people use a product while something is done to it, and says what they noticed. */
export async function underLoad(
  world: Pick<World, 'origin' | 'databaseUrl'>,
  options: RunOptions,
  work: () => Promise<void>,
): Promise<Report> {
  const db = connect(world.databaseUrl, { connections: 2 });
  const { devices, rooms } = await createPeople(
    db,
    { accounts: options.talks + 1, devicesEach: 1, pairs: options.talks, crowds: 0 },
    new Random('restarts'),
  );
  await db.$client.close();
  const tokens = await Promise.all(
    devices.map(async ({ session }) => {
      const http = new HttpClient({ origin: world.origin, refreshToken: session.refreshToken });
      await http.resume();
      return http.token();
    }),
  );
  const pairs = rooms.slice(0, options.talks);
  const talks = pairs.map(
    ({ id, members }) =>
      new Talk(
        world.origin,
        id,
        members.map((index) => tokens[index] ?? ''),
        options.messagesPerSecond,
      ),
  );
  await Promise.all(talks.map((talk) => talk.begin()));
  const requests = new Requests(world.origin, tokens[0] ?? '', options.requestsPerSecond, options.requestsAtOnce);
  await delay(options.calmMs);
  await work();
  await delay(options.calmMs);
  const [ofRequests, ...ofTalks] = await Promise.all([requests.stop(), ...talks.map((talk) => talk.stop())]);
  return { requests: ofRequests, talks: together(ofTalks) };
}

function together(reports: readonly TalksReport[]): TalksReport {
  const sum = (key: 'messages' | 'reconnects') => reports.reduce((all, each) => all + each[key], 0);
  return {
    messages: sum('messages'),
    reconnects: sum('reconnects'),
    wrong: reports.flatMap(({ wrong }) => wrong),
    slowest: Math.max(...reports.map(({ slowest }) => slowest)),
  };
}
