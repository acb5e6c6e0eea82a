import { env, exports } from 'cloudflare:workers';
import { appendMessages } from '../../db/append-messages.ts';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { insertRoom } from '../../db/rooms.ts';
import { endSession } from '../../db/sessions.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';

export const password = 'correct horse battery';
const newId = createNewId(Date.now);

export interface Person {
  id: AccountId;
  token: string;
  refreshToken: string;
}

/** Calls the Worker as the world does. */
export async function call(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  return exports.default.fetch(`http://kingbus.test${path}`, {
    method,
    headers: {
      // A network of its own, so that limits never meet.
      'X-Forwarded-For': `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}::1`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export async function newCustomer(): Promise<Person> {
  const username = `c-${crypto.randomUUID().slice(0, 18)}`;
  const phone = `010${String(crypto.getRandomValues(new Uint32Array(1))[0])
    .padStart(10, '0')
    .slice(-8)}`;
  const email = `${username}@example.com`;
  const registered = await call('POST', '/v1/accounts', {
    role: 'customer',
    username,
    email,
    phone,
    password,
    displayName: '김민지',
    consents: { terms: '2026-11', privacy: '2026-11' },
    overFourteen: true,
  });
  if (registered.status !== 201) throw new Error(await registered.text());
  const session: Session = await (await call('POST', '/v1/sessions', { username, password })).json();
  return {
    id: session.account.id as AccountId,
    token: session.accessToken,
    refreshToken: session.refreshToken ?? '',
  };
}

/** Rooms of these people, which nobody is told of. */
export async function newRooms(count: number, ...people: Person[]): Promise<RoomId[]> {
  const ids = Array.from({ length: count }, () => newId<RoomId>());
  const memberIds = people.map(({ id }) => id);
  const createdAt = new Date().toISOString();
  await withDatabase(async (db) => {
    for (const id of ids) await transaction(db, (tx) => insertRoom(tx, { id, orderId: null, createdAt }, memberIds));
  });
  return ids;
}

/** Writes into a room's log and tells nobody, as whoever dies right after the commit. */
export async function writeSilently({ id: senderId }: Person, room: string): Promise<void> {
  const message = {
    senderId,
    clientId: crypto.randomUUID(),
    kind: 'text',
    body: '아무도 모르는 이야기',
    targetSeq: null,
    needsMembership: true,
  } as const;
  await withDatabase((db) =>
    transaction(db, (tx) => appendMessages(tx, room as RoomId, [message], new Date().toISOString())),
  );
}

/** Ends the session and tells nobody, as the other home does. */
export async function endSilently({ token }: Person): Promise<void> {
  const { sid } = JSON.parse(atob(token.split('.')[1] ?? '')) as { sid: SessionId };
  await withDatabase((db) => transaction(db, (tx) => endSession(tx, sid, new Date().toISOString())));
}

export async function withDatabase(use: (db: Database) => Promise<unknown>): Promise<void> {
  const db = connect(env.HYPERDRIVE.connectionString.split('?')[0] ?? '', { connections: 1, disableEval: true });
  try {
    await use(db);
  } finally {
    await db.$client.close();
  }
}
