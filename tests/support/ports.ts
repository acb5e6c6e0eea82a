import { inject } from 'vitest';
import { createMemoryFiles } from '../../adapters/memory/files.ts';
import { createMemoryPorts } from '../../adapters/memory/ports.ts';
import { readKeys } from '../../adapters/node/keys-directory.ts';
import { createNodePictures } from '../../adapters/node/node-pictures.ts';
import { composePorts } from '../../adapters/shared/compose-ports.ts';
import { createNodePasswords } from '../../adapters/node/node-passwords.ts';
import type { Account } from '../../functions/accounts/account-schema.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { accountTopic } from '../../functions/events/topics.ts';
import type { AccountActor } from '../../functions/identity/actor.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Bus, Log, Ports } from '../../functions/ports.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import { publicOrigin } from './servers/context.ts';
import { database } from './db/run-database.ts';

/** A clock that stands until it is moved. */
export class TestClock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Moves on by so many milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
  }
}

const silent = () => {};

/** A log that nobody reads. */
export const silentLog: Log = { debug: silent, info: silent, warn: silent, error: silent };

/**
 * The ports of a process within the test: verbs run on the database of the run, with what else there is in memory, and on a clock
 * that the test moves in place of moving rows.
 *
 * @param now where the clock stands at first; ids are made by the real time, so that they stay unique in the database
 */
export async function testPorts({ now = Date.now(), ...others }: { now?: number } & Partial<Ports> = {}): Promise<{
  ports: Ports;
  clock: TestClock;
}> {
  const clock = new TestClock(now);
  const ports = composePorts({
    ...createMemoryPorts({ clock, log: silentLog }),
    db: database(),
    clock,
    newId: createNewId(Date.now),
    files: createMemoryFiles(),
    pictures: createNodePictures(),
    keys: await readKeys(inject('keysDirectory')),
    passwords: createNodePasswords({ m: 16, t: 1, p: 1 }),
    log: silentLog,
    settings: {
      environment: 'test',
      publicOrigin,
      allowedOrigins: new Set([publicOrigin]),
      queryBudget: 'enforce',
      eraseVerifiedDocuments: false,
      chat: defaultChatLimits,
    },
    ...others,
  });
  return { ports, clock };
}

/** Such as a person of the API. */
interface Identified {
  account: Account;
}

/** A person of the API as the one who acts. */
export const actorOf = ({ account }: Identified): AccountActor => ({
  kind: 'account',
  accountId: account.id as AccountId,
  role: account.role,
  sessionId: 'session' as SessionId,
  expiresAt: Number.POSITIVE_INFINITY,
  address: '192.0.2.1',
  requestId: 'test',
  mustBeActive: false,
});

/** What an account's sockets would hear from now on. */
export async function listenTo(bus: Bus, { account }: Identified): Promise<{ heard: unknown[] }> {
  const heard: unknown[] = [];
  await bus.subscribe(accountTopic(account.id as AccountId), (payload) => heard.push(JSON.parse(payload)));
  return { heard };
}
