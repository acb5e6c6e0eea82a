import { randomInt } from 'node:crypto';
import { createNodePasswords } from '../../adapters/node/node-passwords.ts';
import { insertAccount } from '../../db/accounts.ts';
import type { Database } from '../../db/engine/client.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { insertRoom } from '../../db/rooms.ts';
import { insertSession } from '../../db/sessions.ts';
import { createNewId } from '../../functions/new-id.ts';
import { newRefreshToken, refreshTokenHash } from '../../functions/sessions/refresh-token.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import { newGuest, password } from './passes.ts';
import type { Guest, Pass } from './passes.ts';
import type { Random } from './random.ts';

type Session = Pick<Pass, 'sessionId' | 'refreshToken'>;

/** Accounts, their devices, each with a session of its own, and rooms of two and of many. Everything by its index. */
export interface People {
  /** Those that talk, and after them the admin. */
  guests: Guest[];
  devices: { account: number; session: Session }[];
  admin: { account: number; session: Session };
  rooms: { id: RoomId; members: number[] }[];
}

export interface PeopleSize {
  accounts: number;
  devicesEach: number;
  pairs: number;
  crowds: number;
}

/** As low as the product allows: what logs in again and again is not to be held up by that. */
export const passwordCost = 4;

/** Numbers people: several runs may share a database. */
let written = randomInt(90_000_000);

/** Writes the people of a run into the database: each logged in, as if they had registered long ago. */
export async function createPeople(db: Database, size: PeopleSize, random: Random): Promise<People> {
  const newId = createNewId(Date.now);
  const createdAt = new Date().toISOString();
  const expiresAt = new Date(Date.now() + 7 * 24 * 3600 * 1000).toISOString();
  const passwordHash = await createNodePasswords({ m: 2 ** passwordCost, t: 1, p: 1 }).hash(password);
  const indexes = Array.from({ length: size.accounts }, (_, index) => index);

  const addGuest = async (role: 'customer' | 'admin'): Promise<Guest> => {
    const [id, username] = [newId<AccountId>(), `${role}-${++written}`];
    const phone = `+8210${String(written).padStart(8, '0')}`;
    const names = { username, email: `${username}@example.com`, phone, displayName: '김민지' };
    const account = { id, role, state: 'active', ...names, passwordHash, createdAt } as const;
    const taken = await transaction(db, (tx) => insertAccount(tx, account, undefined));
    if (taken !== undefined) throw new Error(`the ${taken} of ${username} is somebody's already`);
    return newGuest(id, username, role);
  };
  const addSession = async ({ id: accountId }: Guest): Promise<Session> => {
    const [sessionId, refreshToken] = [newId<SessionId>(), newRefreshToken()];
    const token = { hash: await refreshTokenHash(refreshToken), sessionId, expiresAt };
    await transaction(db, (tx) => insertSession(tx, { id: sessionId, accountId, createdAt }, token));
    return { sessionId, refreshToken };
  };

  const guests: Guest[] = [];
  while (guests.length < size.accounts) guests.push(await addGuest('customer'));
  const devices: People['devices'] = [];
  for (const [account, guest] of guests.entries()) {
    for (let each = 0; each < size.devicesEach; each++) devices.push({ account, session: await addSession(guest) });
  }
  const warden = await addGuest('admin');
  const admin = { account: guests.length, session: await addSession(warden) };

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
    const memberIds = members.map((index) => guests[index]?.id as AccountId);
    await transaction(db, (tx) => insertRoom(tx, { id, orderId: null, createdAt }, memberIds));
  }
  return { guests: [...guests, warden], devices, admin, rooms };
}
