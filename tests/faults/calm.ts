import { setTimeout as delay } from 'node:timers/promises';
import { withDatabase } from './checks/database.ts';
import { checkHistory } from './checks/history.ts';
import { checkLog, readHeads } from './checks/log.ts';
import { checkPresence } from './checks/presence.ts';
import { checkRooms } from './checks/rooms.ts';
import type { Device } from './device.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';
import type { World } from './world.ts';

/** How long after the last fault everybody may take to be connected, with everything acknowledged, in milliseconds. */
const recoverWithin = 30_000;
/** How long servers may take to agree again, in milliseconds. */
const wholeWithin = 30_000;

export interface Calm {
  traffic: Traffic;
  devices: readonly Device[];
  /** The members of each room, by their accounts. */
  members: readonly (readonly number[])[];
  /** How late the last messages may reach the last device once all is well, in milliseconds. */
  tailWithin: number;
  /** Whether it is looked at who is there, which takes longest. */
  presence: boolean;
}

/** How long it took, in milliseconds, from the end of the last fault, or of the part before. */
export interface CalmTimes {
  recovery: number;
  tail: number;
  ghosts: number;
}

/** What is looked at after a storm, one after the other. */
const checks: ((world: World, calm: Calm, random: Random, healedAt: number) => Promise<Partial<CalmTimes>>)[] = [
  everybodyIsBack,
  everythingIsSeen,
  endedSessionsAreGone,
  theLogIsRight,
  roomsAreRight,
  whatIsReadAgainIsRight,
  everybodyKnowsWhoIsThere,
];

/**
 * After a storm: everybody comes back and gets everything acknowledged; every room is seen to its end; connections whose
 * session has ended are gone; the log, the rooms, the history and what is read again are right; and so is who is there.
 *
 * @param isOver enough was found
 */
export async function calmDown(world: World, calm: Calm, random: Random, isOver: () => boolean): Promise<CalmTimes> {
  const healedAt = performance.now();
  const times: CalmTimes = { recovery: 0, tail: 0, ghosts: 0 };
  for (const check of checks) {
    if (isOver()) break;
    Object.assign(times, await check(world, calm, random, healedAt));
  }
  return times;
}

async function everybodyIsBack(_world: World, { traffic, devices }: Calm): Promise<Partial<CalmTimes>> {
  const restless = () => devices.filter(({ ready, outbox }) => !ready || outbox.size > 0);
  const recovery = await within(recoverWithin, () => restless().length === 0);
  for (const { index, ready, outbox } of restless()) {
    const what = `device ${index}: ready ${ready}, ${outbox.size} entries not acknowledged`;
    traffic.ledger.violations.add('not-recovered', what);
  }
  return { recovery };
}

async function everythingIsSeen(world: World, { traffic, devices, tailWithin }: Calm): Promise<Partial<CalmTimes>> {
  const { ledger } = traffic;
  const heads = await withDatabase(world.databaseUrl, (connection) => readHeads(connection, ledger));
  const behind = () => devices.flatMap((device) => device.view.behind(heads));
  const tail = await within(tailWithin, () => behind().length === 0);
  for (const late of behind()) ledger.violations.add('tail-late', `${late} after ${tail.toFixed()} ms`);
  return { tail };
}

async function endedSessionsAreGone(
  world: World,
  { traffic: { ghosts } }: Calm,
  _random: Random,
  healedAt: number,
): Promise<Partial<CalmTimes>> {
  await within(healedAt + world.sessionsWithin - performance.now(), () => ghosts.open === 0);
  ghosts.expectNone();
  return { ghosts: performance.now() - healedAt };
}

async function theLogIsRight(world: World, { traffic: { ledger } }: Calm): Promise<Partial<CalmTimes>> {
  await withDatabase(world.databaseUrl, (connection) => checkLog(connection, ledger));
  const missing = ledger.missing();
  if (missing > 0) ledger.violations.add('log-short', `${missing} entries that were sent are not in the log`);
  return {};
}

async function roomsAreRight(world: World, calm: Calm, random: Random): Promise<Partial<CalmTimes>> {
  const { traffic, members } = calm;
  traffic.phase = 'settled';
  const tokens = await tokensOf(calm);
  await withDatabase(world.databaseUrl, (connection) => checkRooms(connection, traffic, tokens));
  await checkHistory(traffic, (room) => tokens[random.pick(members[room] ?? [0])] ?? '', random);
  return {};
}

async function whatIsReadAgainIsRight(world: World, calm: Calm): Promise<Partial<CalmTimes>> {
  for (const device of calm.devices) device.readAgain(2, 150);
  await everythingIsSeen(world, calm);
  return {};
}

async function everybodyKnowsWhoIsThere(world: World, calm: Calm, random: Random): Promise<Partial<CalmTimes>> {
  if (!calm.presence) return {};
  for (const since = performance.now(); performance.now() - since < wholeWithin && !(await isWhole(world));)
    await delay(50);
  await checkPresence(world, calm, random);
  return {};
}

/** A server that is not there yet answers nobody. */
const isWhole = (world: World): Promise<boolean> => world.isWhole().catch(() => false);

/** Waits until something is so, or for so many milliseconds. Gives how long it took. */
async function within(ms: number, isSo: () => boolean): Promise<number> {
  const since = performance.now();
  while (!isSo() && performance.now() - since < ms) await delay(5);
  return performance.now() - since;
}

/** A token of each account. */
async function tokensOf({ devices }: Calm): Promise<string[]> {
  const tokens: string[] = [];
  for (const device of devices) tokens[device.account] ??= (await device.token()) ?? '';
  return tokens;
}
