import type { Seen } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { Traffic } from '../traffic.ts';
import { untilAnswered } from './rooms.ts';

/** Pages of each room that are read over HTTP: its newest entries, and from somewhere in its past. */
const pages = 2;

/** The history of every room, as one of its members reads it over HTTP: entries as everybody saw them, and texts as they stand. */
export async function checkHistory(traffic: Traffic, tokenOf: (room: number) => string, random: Random): Promise<void> {
  const { api, ledger } = traffic;
  for (const [index, room] of ledger.rooms.entries()) {
    const starts = ['', ...Array.from({ length: pages - 1 }, () => `&after=${random.int(0, room.checked)}`)];
    for (const start of starts) {
      const path = `/v1/rooms/${room.id}/messages?limit=100${start}`;
      const answer = await untilAnswered(() => api.ask('GET', path, { token: tokenOf(index) }));
      if (answer?.status !== 200) {
        ledger.violations.add('refused', `the history of room ${index} got ${answer?.status}`);
        continue;
      }
      for (const entry of answer.body['items'] as Seen[]) ledger.see(index, entry, 'the history', true);
    }
  }
}
