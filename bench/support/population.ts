import { insertRoom } from '../../db/rooms.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { createNewId } from '../../functions/new-id.ts';
import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { signAccessToken } from '../../functions/identity/access-token.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import { sessions } from '../../schema/sessions.ts';
import { publicOrigin } from './stage.ts';
import type { Stage } from './stage.ts';

export interface Person {
  accountId: AccountId;
  /** An access token, good for ten minutes from now. */
  token: string;
}

export interface PeopledRoom {
  roomId: RoomId;
  members: Person[];
}

const newId = createNewId(Date.now);
let lastPhone = 0;

/** Writes accounts that are logged in straight into the database: registering thousands would take the bench's time. */
export async function createPeople({ db, keys }: Stage, count: number): Promise<Person[]> {
  const people: Person[] = [];
  const createdAt = new Date().toISOString();
  for (let written = 0; written < count; written += 500) {
    const portion = Array.from({ length: Math.min(500, count - written) }, () => ({
      accountId: newId<AccountId>(),
      sessionId: newId<SessionId>(),
      phone: ++lastPhone,
    }));
    await transaction(db, async (tx) => {
      await tx.insert(accounts).values(
        portion.map(({ accountId, phone }) => ({
          id: accountId,
          role: 'customer' as const,
          state: 'active' as const,
          username: `bench-${phone}`,
          email: `bench-${phone}@example.com`,
          phone: `+8210${phone.toString().padStart(8, '0')}`,
          displayName: '김민지',
          passwordHash: '-',
          createdAt,
        })),
      );
      await tx
        .insert(sessions)
        .values(portion.map(({ accountId, sessionId }) => ({ id: sessionId, accountId, createdAt })));
    });
    for (const { accountId, sessionId } of portion) {
      const token = await signAccessToken(
        {
          keys,
          clock: { now: () => Date.now() },
          settings: {
            environment: 'production',
            publicOrigin,
            allowedOrigins: new Set([publicOrigin]),
            queryBudget: 'off',
            eraseVerifiedDocuments: false,
            chat: defaultChatLimits,
          },
        },
        { accountId, sessionId, role: 'customer' },
      );
      people.push({ accountId, token });
    }
  }
  return people;
}

/** Rooms of `size` people each, all of them strangers to every other room. */
export async function createRooms(stage: Stage, count: number, size: number): Promise<PeopledRoom[]> {
  const people = await createPeople(stage, count * size);
  const rooms = Array.from({ length: count }, (_, index) => ({
    roomId: newId<RoomId>(),
    members: people.slice(index * size, (index + 1) * size),
  }));
  await writeRooms(stage, rooms);
  return rooms;
}

/** So many rooms of the same people. */
export async function createRoomsOf(stage: Stage, members: Person[], count: number): Promise<PeopledRoom[]> {
  const rooms = Array.from({ length: count }, () => ({ roomId: newId<RoomId>(), members }));
  await writeRooms(stage, rooms);
  return rooms;
}

async function writeRooms({ db }: Stage, rooms: PeopledRoom[]): Promise<void> {
  const createdAt = new Date().toISOString();
  for (let index = 0; index < rooms.length; index += 500) {
    await transaction(db, async (tx) => {
      for (const { roomId, members } of rooms.slice(index, index + 500)) {
        const memberIds = members.map(({ accountId }) => accountId);
        await insertRoom(tx, { id: roomId, orderId: null, createdAt }, memberIds);
      }
    });
  }
}
