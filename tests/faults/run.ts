import { setTimeout as delay } from 'node:timers/promises';
import { calmDown } from './calm.ts';
import type { CalmTimes } from './calm.ts';
import { Random } from './random.ts';
import type { Report } from './report.ts';
import { settle } from './settle.ts';
import type { Setting, SettingOptions } from './settle.ts';
import { Storm } from './storm.ts';
import { Tally } from './tally.ts';
import { Violations } from './violations.ts';
import type { ViolationKind } from './violations.ts';
import type { World } from './world.ts';

export interface RunOptions extends SettingOptions {
  seed: string;
  /** How many messages are sent in all. */
  messages: number;
  /** How many are sent in one storm, before everything is healed and checked. */
  messagesEachStorm: number;
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
  /**
   * Goes on until a violation of one of these kinds is found, whatever else is found, and then ends at once. Unless given, a
   * storm with any violation is the last one.
   */
  until?: readonly ViolationKind[];
  /** A bug to run with, by its name in bugs.ts; the world has to have it. */
  bug?: string | undefined;
  /** How many entries are acknowledged between two suspensions; 0: nobody is suspended. */
  suspendEvery: number;
  /** Ends it. */
  signal?: AbortSignal;
  say: (line: string) => void;
}

/** So few that the rooms they go to have no later message. */
const tailMessages = 3;

/**
 * Storm after storm until all messages are sent. After each one everything is healed, everybody has to be back, to have
 * everything acknowledged, and to see the end of every room soon; then the log is read and compared.
 */
export async function run(world: World, options: RunOptions): Promise<Report> {
  const { seed, say, until } = options;
  const random = new Random(seed);
  const violations = new Violations(({ kind, what }) => say(`VIOLATION ${kind}: ${what}`));
  options.signal?.addEventListener('abort', () => violations.add('not-recovered', 'the run was not done in time'));
  const isOver = () =>
    (options.signal?.aborted ?? false) ||
    (until ? violations.kinds.some((kind) => until.includes(kind)) : violations.any);
  /** What else is found is of use where nobody knows what to look for. */
  const foundEnough = () => until !== undefined && isOver();
  world.onDeath = (product) =>
    violations.add('process-died', `${product.name} ended by itself:\n${product.lastWords()}`);
  await world.switchOn(options.bug ?? '');
  const over = new AbortController();
  let setting: Setting | undefined;
  let living: Promise<unknown> = Promise.resolve();
  try {
    setting = await settle(world, options, random, violations, over.signal);
    const { traffic, devices } = setting;
    living = Promise.all(devices.map((device) => device.live()));
    const faults = new Tally();
    const storm = new Storm({
      world,
      kinds: options.faults ?? Object.keys(world.faults),
      random: random.fork('storm'),
      tally: faults,
      pause: options.faultPause,
      progress: progressOf(setting, options.faultEvery ?? 0, isOver),
      say,
    });
    const startedAt = performance.now();
    const calms: CalmTimes[] = [];
    while (traffic.ledger.sends < options.messages && !isOver()) {
      const goal = Math.min(options.messages, traffic.ledger.sends + options.messagesEachStorm);
      // After a storm most devices are where no process was killed last.
      for (const device of devices) if (random.chance(0.5)) device.leave();
      await blow(storm, setting, goal, options.suspendEvery, isOver);
      for (const proxy of world.proxies) proxy.watches.clear();
      calms.push(await calmDown(world, setting, random, foundEnough));
      for (const proxy of world.proxies) proxy.bury();
      say(inWords(traffic.ledger.logged, performance.now() - startedAt, calms.at(-1)));
    }
    return {
      seed,
      ...(options.bug !== undefined && { bug: options.bug }),
      violations,
      ledger: traffic.ledger,
      faults,
      reconnects: traffic.reconnects,
      doings: traffic.doings,
      ghosts: traffic.ghosts.count,
      devices: devices.length,
      rooms: traffic.ledger.rooms.length,
      home: world.inWords,
      seconds: (performance.now() - startedAt) / 1_000,
      longestWait: Math.max(...devices.map(({ outbox }) => outbox.longestWait)),
      longestAbsence: Math.max(...devices.map(({ longestAbsence }) => longestAbsence)),
      calms,
    };
  } finally {
    over.abort();
    for (const device of setting?.devices ?? []) device.end();
    setting?.traffic.ghosts.end();
    await living.catch(() => {});
    world.onDeath = () => {};
  }
}

/** Waits, whenever it is called, until so many entries have been acknowledged since the last time. */
function progressOf({ traffic: { ledger } }: Setting, least: number, isOver: () => boolean) {
  let seen = ledger.acknowledgements;
  return async (signal: AbortSignal): Promise<void> => {
    while (ledger.acknowledgements - seen < least && !isOver() && !signal.aborted) await delay(5);
    seen = ledger.acknowledgements;
  };
}

function inWords(logged: number, ms: number, calm: CalmTimes | undefined): string {
  const { recovery = 0, tail = 0, ghosts = 0 } = calm ?? {};
  return (
    `checked ${logged} entries after ${(ms / 1_000).toFixed(1)} s: all back within ${Math.round(recovery)} ms, ` +
    `tails within ${Math.round(tail)} ms, ended sessions within ${Math.round(ghosts)} ms`
  );
}

/**
 * Faults and traffic until the goal is sent, then no more of either. The last few entries are sent when all others are
 * through, with a fault of their own. Resolves when every fault is healed, and nobody is suspended.
 */
async function blow(
  storm: Storm,
  setting: Setting,
  sends: number,
  suspendEvery: number,
  isOver: () => boolean,
): Promise<void> {
  const { traffic, devices, goal, warden } = setting;
  const { ledger } = traffic;
  const sendUpTo = async (count: number, atOnce: number) => {
    Object.assign(goal, { sends: count, atOnce });
    traffic.phase = 'storm';
    while (ledger.sends < count && !isOver()) await delay(5);
    traffic.phase = 'calm';
  };
  const over = new AbortController();
  const raging = storm.rage(over.signal);
  const suspending = suspendEvery > 0 ? warden.rage(progressOf(setting, suspendEvery, isOver), over.signal) : undefined;
  await sendUpTo(sends - tailMessages, 6);
  over.abort();
  const patience = performance.now() + 5_000;
  while (devices.some(({ outbox }) => outbox.size > 0) && performance.now() < patience && !isOver()) await delay(5);
  await storm.strikeTail();
  await sendUpTo(sends, 1);
  await raging;
  await storm.healed();
  await suspending;
}
