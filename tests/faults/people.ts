import { transaction } from '../../db/engine/transaction.ts';
import { insertAccount } from '../../db/accounts.ts';
import type { Database } from '../../db/engine/client.ts';
import { insertRoom } from '../../db/rooms.ts';
import { insertSession } from '../../db/sessions.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Ports } from '../../functions/ports.ts';
import { signAccessToken } from '../../functions/identity/access-token.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import type { Random } from './random.ts';

/** Accounts, the devices of each, and rooms of two and of many. Everything by its index. */
export interface People {
  accountIds: AccountId[];
  sessionIds: SessionId[];
  /** Which account a device belongs to. */
  accountOfDevice: number[];
  rooms: { id: RoomId; members: number[] }[];
}

export interface PeopleSize {
  accounts: number;
  devicesEach: number;
  pairs: number;
  crowds: number;
}

/** Writes the people of a run into the database: each logged in, as if they had registered long ago. */
export async function createPeople(db: Database, size: PeopleSize, random: Random): Promise<People> {
  const newId = createNewId(Date.now);
  const createdAt = new Date().toISOString();
  const indexes = Array.from({ length: size.accounts }, (_, index) => index);
  const accountIds = indexes.map(() => newId<AccountId>());
  const sessionIds = indexes.map(() => newId<SessionId>());
  for (const index of indexes) {
    const accountId = accountIds[index] as AccountId;
    const id = sessionIds[index] as SessionId;
    const account = {
      id: accountId,
      role: 'customer',
      state: 'active',
      username: `traveller-${index}`,
      email: `traveller-${index}@example.com`,
      phone: `+8210${String(index).padStart(8, '0')}`,
      displayName: '김민지',
      passwordHash: 'none',
      createdAt,
    } as const;
    const token = { hash: `none-${index}`, sessionId: id, expiresAt: createdAt };
    await transaction(db, async (tx) => {
      await insertAccount(tx, account, undefined);
      await insertSession(tx, { id, accountId, createdAt }, token);
    });
  }

  const members = [
    ...Array.from({ length: size.pairs }, () => random.shuffled(indexes).slice(0, 2)),
    ...Array.from({ length: size.crowds }, () => random.shuffled(indexes).slice(0, random.int(5, 12))),
  ];
  // Nobody is left without a room.
  for (const index of indexes) {
    if (!members.some((each) => each.includes(index))) members.push([index, (index + 1) % indexes.length]);
  }
  const rooms = members.map((each) => ({ id: newId<RoomId>(), members: each }));
  for (const { id, members } of rooms) {
    const memberIds = members.map((index) => accountIds[index] as AccountId);
    await transaction(db, (tx) => insertRoom(tx, { id, orderId: null, createdAt }, memberIds));
  }
  const accountOfDevice = indexes.flatMap((index) => Array.from({ length: size.devicesEach }, () => index));
  return { accountIds, sessionIds, accountOfDevice, rooms };
}

/** Access tokens as the product signs them. One lasts 10 minutes; a new one is signed well before that. */
export class Tokens {
  readonly #ports: Pick<Ports, 'clock' | 'keys' | 'settings'>;
  readonly #people: People;
  readonly #current = new Map<number, { token: string; signedAt: number }>();

  constructor(ports: Pick<Ports, 'clock' | 'keys' | 'settings'>, people: People) {
    this.#ports = ports;
    this.#people = people;
  }

  async of(account: number): Promise<string> {
    const known = this.#current.get(account);
    if (known && Date.now() - known.signedAt < 90_000) return known.token;
    const token = await signAccessToken(this.#ports, {
      accountId: this.#people.accountIds[account] as AccountId,
      sessionId: this.#people.sessionIds[account] as SessionId,
      role: 'customer',
    });
    this.#current.set(account, { token, signedAt: Date.now() });
    return token;
  }
}
