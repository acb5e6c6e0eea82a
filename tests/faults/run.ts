import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../../db/engine/connect.ts';
import { readKeys } from '../../adapters/node/keys-directory.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { checkLog, readHeads, withDatabase } from './check-log.ts';
import { Device } from './device.ts';
import type { Traffic } from './traffic.ts';
import { Ledger } from './ledger.ts';
import { createPeople, Tokens } from './people.ts';
import type { PeopleSize } from './people.ts';
import { Random } from './random.ts';
import type { Report } from './report.ts';
import { Storm } from './storm.ts';
import { Tally } from './tally.ts';
import { Violations } from './violations.ts';
import { publicOrigin } from './world.ts';
import type { Home, World, WorldOptions } from './world.ts';

export interface RunOptions extends Omit<WorldOptions, 'died'> {
  /** Where the product runs. */
  home: Home;
  seed: string;
  /** How many messages are sent in all. */
  messages: number;
  /** How many are sent in one storm, before everything is healed and checked. */
  messagesEachStorm: number;
  people: PeopleSize;
  /** Which faults, by name; all unless given. */
  faults?: readonly string[];
  /** The pause between two faults, in milliseconds, on average. */
  faultPause: number;
  /**
   * How many messages have to be acknowledged between the beginnings of two faults. Without it a slow machine, where a
   * process takes long to start, would break everything again before anything got through, and never come to an end.
   */
  faultEvery?: number;
  /** How late the last messages may reach the last device once all is well, in milliseconds; issue 3 says 2,000. */
  tailWithin: number;
  /** Ends at the first violation, without a look at the log. */
  hasty?: boolean;
  /** Ends it. */
  signal?: AbortSignal;
  say: (line: string) => void;
}

/** So few that the rooms they go to have no later message. */
const tailMessages = 3;
/** How long after the last fault everybody may take to be connected, with everything acknowledged, in milliseconds. */
const recoverWithin = 30_000;
/**
 * Storm after storm until all messages are sent. After each one everything is healed, everybody has to be back, to have
 * everything acknowledged, and to see the end of every room soon; then the log is read and compared.
 */
export async function run(options: RunOptions): Promise<Report> {
  const { seed, say } = options;
  const random = new Random(seed);
  const violations = new Violations(({ kind, what }) => say(`VIOLATION ${kind}: ${what}`));
  options.signal?.addEventListener('abort', () => violations.add('not-recovered', 'the run was not done in time'));
  const world = await options.home({
    ...options,
    died: (product) => violations.add('process-died', `${product.name} ended by itself:\n${product.lastWords()}`),
  });
  const devices: Device[] = [];
  let living: Promise<unknown> = Promise.resolve();
  try {
    const setting = await settle(world, options, random, violations);
    const { traffic } = setting;
    devices.push(...setting.devices);
    living = Promise.all(devices.map((device) => device.live()));
    const faults = new Tally();
    const storm = new Storm({
      world,
      kinds: options.faults ?? Object.keys(world.faults),
      random: random.fork('storm'),
      tally: faults,
      pause: options.faultPause,
      progress: progressOf(traffic.ledger, options.faultEvery ?? 0),
      say,
    });
    const startedAt = performance.now();
    const tails: number[] = [];
    const recoveries: number[] = [];
    while (traffic.ledger.sends < options.messages && !violations.any) {
      const goal = Math.min(options.messages, traffic.ledger.sends + options.messagesEachStorm);
      // After a storm most devices are where no process was killed last.
      for (const device of devices) if (random.chance(0.5)) device.leave();
      await blow(storm, setting, goal, options.hasty ?? false);
      if (options.hasty && violations.any) break;
      for (const proxy of world.proxies) proxy.watches.clear();
      const { recovery, tail } = await calmDown(world, setting, options.tailWithin);
      recoveries.push(recovery);
      tails.push(tail);
      for (const proxy of world.proxies) proxy.bury();
      say(
        `checked ${traffic.ledger.logged} messages after ${seconds(performance.now() - startedAt)}: ` +
          `all back within ${Math.round(recovery)} ms, tails within ${Math.round(tail)} ms`,
      );
    }
    return {
      seed,
      ...(options.bug !== undefined && { bug: options.bug }),
      violations,
      ledger: traffic.ledger,
      faults,
      reconnects: traffic.reconnects,
      doings: traffic.doings,
      devices: devices.length,
      rooms: traffic.ledger.rooms.length,
      home: world.inWords,
      seconds: (performance.now() - startedAt) / 1_000,
      longestWait: Math.max(...devices.map(({ outbox }) => outbox.longestWait)),
      longestAbsence: Math.max(...devices.map(({ longestAbsence }) => longestAbsence)),
      recoveries,
      tails,
    };
  } finally {
    for (const device of devices) device.end();
    await living.catch(() => {});
    await world.close();
  }
}

/** Waits, whenever it is called, until so many messages have been acknowledged since the last time. */
function progressOf(ledger: Ledger, least: number) {
  let seen = 0;
  return async (signal: AbortSignal): Promise<void> => {
    while (ledger.acknowledgements - seen < least && !ledger.violations.any && !signal.aborted) await delay(5);
    seen = ledger.acknowledgements;
  };
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

interface Setting {
  traffic: Traffic;
  devices: Device[];
  /** How many messages may be sent, in all, until the storm ends; and by one device at once. */
  goal: { sends: number; atOnce: number };
}

async function settle(world: World, options: RunOptions, random: Random, violations: Violations): Promise<Setting> {
  const db = connect(world.databaseUrl, { connections: 2 });
  const people = await createPeople(db, options.people, random.fork('people'));
  await db.$client.close();
  const tokens = new Tokens(
    {
      clock: { now: () => Date.now() },
      keys: await readKeys(world.keysDirectory),
      settings: {
        environment: 'test',
        publicOrigin,
        allowedOrigins: new Set([publicOrigin]),
        queryBudget: 'off',
        chat: defaultChatLimits,
      },
    },
    people,
  );
  const ledger = new Ledger(
    violations,
    people.rooms.map(({ id }) => id),
    people.accountOfDevice.map((account) => people.accountIds[account] ?? ''),
  );
  const goal = { sends: 0, atOnce: 0 };
  const traffic: Traffic = {
    ledger,
    roomIndex: new Map(people.rooms.map(({ id }, index) => [id, index])),
    token: (account) => tokens.of(account),
    chatOrigins: world.chatOrigins,
    httpOrigins: world.httpOrigins,
    allowance: (wanted) => Math.max(0, Math.min(wanted, goal.atOnce, goal.sends - ledger.sends)),
    calm: false,
    reconnects: new Tally(),
    doings: new Tally(),
  };
  const devices = people.accountOfDevice.map((account, index) => {
    const rooms = people.rooms.flatMap(({ id, members }, room) =>
      members.includes(account) ? [[room, id] as const] : [],
    );
    return new Device(traffic, { index, account, rooms: new Map(rooms), random: random.fork(`device ${index}`) });
  });
  return { traffic, devices, goal };
}

/**
 * Faults and traffic until the goal is sent, then no more of either. The last few messages are sent when all others are
 * through, with a fault of their own. Resolves when every fault is healed.
 */
async function blow(storm: Storm, { traffic, devices, goal }: Setting, sends: number, hasty: boolean): Promise<void> {
  const { ledger } = traffic;
  const sendUpTo = async (count: number, atOnce: number) => {
    Object.assign(goal, { sends: count, atOnce });
    traffic.calm = false;
    while (ledger.sends < count && !ledger.violations.any) await delay(5);
    traffic.calm = true;
  };
  const over = new AbortController();
  const raging = storm.rage(over.signal);
  await sendUpTo(sends - tailMessages, 6);
  over.abort();
  if (hasty && ledger.violations.any) return;
  const patience = performance.now() + 5_000;
  while (devices.some(({ outbox }) => outbox.size > 0) && performance.now() < patience) await delay(5);
  await storm.strikeTail();
  await sendUpTo(sends, 1);
  await raging;
  await storm.healed();
}

/** Everybody comes back and gets everything acknowledged; then the tails; then the log. Gives both times, in milliseconds. */
async function calmDown(world: World, { traffic, devices }: Setting, tailWithin: number) {
  const { violations } = traffic.ledger;
  const healedAt = performance.now();
  const restless = () => devices.filter(({ ready, outbox }) => !ready || outbox.size > 0);
  while (restless().length > 0) {
    if (performance.now() - healedAt > recoverWithin) {
      for (const { index, ready, outbox } of restless()) {
        violations.add('not-recovered', `device ${index}: ready ${ready}, ${outbox.size} messages not acknowledged`);
      }
      break;
    }
    await delay(5);
  }
  const wellAt = performance.now();
  const tail = await withDatabase(world.databaseUrl, async (connection) => {
    const heads = await readHeads(connection, traffic.ledger);
    const behind = () => devices.flatMap((device) => device.view.behind(heads));
    while (behind().length > 0 && performance.now() - wellAt < tailWithin) await delay(5);
    const tail = performance.now() - wellAt;
    for (const late of behind()) violations.add('tail-late', `${late} after ${tail.toFixed()} ms`);
    await checkLog(connection, traffic.ledger);
    return tail;
  });
  const missing = traffic.ledger.missing();
  if (missing > 0) violations.add('log-short', `${missing} messages that were sent are not in the log`);
  return { recovery: wellAt - healedAt, tail };
}
