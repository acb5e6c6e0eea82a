import { and, asc, desc, eq, getTableColumns, gt, ne, or } from 'drizzle-orm';
import { accounts, consents } from '../schema/accounts.ts';
import { apiKeys } from '../schema/api-keys.ts';
import { audit } from '../schema/audit.ts';
import { documents } from '../schema/documents.ts';
import { files } from '../schema/files.ts';
import type { AccountId, RoomId } from '../schema/ids.ts';
import { operatorRegions, operators } from '../schema/operators.ts';
import { orders, orderStops } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import { messages, roomMembers } from '../schema/rooms.ts';
import { sessions } from '../schema/sessions.ts';
import { vehicles } from '../schema/vehicles.ts';
import type { Sql } from './engine/client.ts';
import { number, statement } from './engine/statement.ts';

/** Rows of one kind at most: far more than anybody has. */
const most = 10_000;

// All columns, so that a new one is not forgotten, but what is a secret, and who of us decided.
const { passwordHash: _password, ...account } = getTableColumns(accounts);
const { hash: _hash, ...apiKey } = getTableColumns(apiKeys);
const { key: _key, ...file } = getTableColumns(files);
const { decidedBy: _admin, ...document } = getTableColumns(documents);

const own = { accountId: accounts.id };

const statements = {
  account: statement(own, (qb, { accountId }) => qb.select(account).from(accounts).where(eq(accounts.id, accountId))),
  operator: statement(own, (qb, { accountId }) =>
    qb.select().from(operators).where(eq(operators.accountId, accountId)),
  ),
  regions: statement(own, (qb, { accountId }) =>
    qb.select().from(operatorRegions).where(eq(operatorRegions.accountId, accountId)),
  ),
  consents: statement(own, (qb, { accountId }) => qb.select().from(consents).where(eq(consents.accountId, accountId))),
  sessions: statement(own, (qb, { accountId }) =>
    qb.select().from(sessions).where(eq(sessions.accountId, accountId)).orderBy(desc(sessions.id)).limit(most),
  ),
  apiKeys: statement(own, (qb, { accountId }) =>
    qb.select(apiKey).from(apiKeys).where(eq(apiKeys.accountId, accountId)).orderBy(desc(apiKeys.id)).limit(most),
  ),
  vehicles: statement(own, (qb, { accountId }) =>
    qb.select().from(vehicles).where(eq(vehicles.operatorId, accountId)).orderBy(desc(vehicles.id)).limit(most),
  ),
  documents: statement(own, (qb, { accountId }) =>
    qb
      .select(document)
      .from(documents, { forceIndex: 'documents_operator' })
      .where(eq(documents.operatorId, accountId))
      .orderBy(desc(documents.id))
      .limit(most),
  ),
  files: statement(own, (qb, { accountId }) =>
    qb.select(file).from(files).where(eq(files.ownerId, accountId)).orderBy(desc(files.id)).limit(most),
  ),
  orders: statement(own, (qb, { accountId }) =>
    qb.select().from(orders).where(eq(orders.customerId, accountId)).orderBy(desc(orders.id)).limit(most),
  ),
  stops: statement(own, (qb, { accountId }) =>
    qb
      .select(getTableColumns(orderStops))
      .from(orders)
      .innerJoin(orderStops, eq(orderStops.orderId, orders.id))
      .where(eq(orders.customerId, accountId))
      .orderBy(desc(orders.id))
      .limit(most),
  ),
  quotes: statement(own, (qb, { accountId }) =>
    qb.select().from(quotes).where(eq(quotes.operatorId, accountId)).orderBy(desc(quotes.id)).limit(most),
  ),
  rooms: statement(own, (qb, { accountId }) =>
    qb
      .select()
      .from(roomMembers, { forceIndex: 'room_members_new' })
      .where(eq(roomMembers.accountId, accountId))
      .orderBy(desc(roomMembers.roomId))
      .limit(most),
  ),
  audit: statement(own, (qb, { accountId }) =>
    qb.select().from(audit).where(eq(audit.actorId, accountId)).orderBy(desc(audit.id)).limit(most),
  ),
} as const;

type OwnKind = keyof typeof statements;

/** Everything that is here of an account but its messages: a statement for each kind, one after another. */
export async function readOwnData(db: Sql, accountId: AccountId): Promise<Record<OwnKind, Record<string, unknown>[]>> {
  const data: Partial<Record<OwnKind, Record<string, unknown>[]>> = {};
  for (const [kind, read] of Object.entries(statements)) data[kind as OwnKind] = await read(db, { accountId });
  return data as Record<OwnKind, Record<string, unknown>[]>;
}

const messagesAfter = statement(
  { accountId: accounts.id, room: messages.roomId, seq: messages.seq, limit: number },
  (qb, { accountId, room, seq, limit }) =>
    qb
      .select({
        roomId: messages.roomId,
        seq: messages.seq,
        kind: messages.kind,
        body: messages.body,
        targetSeq: messages.targetSeq,
        sentAt: messages.sentAt,
        editedAt: messages.editedAt,
        deletedAt: messages.deletedAt,
      })
      .from(roomMembers)
      .innerJoin(messages, eq(messages.roomId, roomMembers.roomId))
      .where(
        and(
          eq(roomMembers.accountId, accountId),
          eq(messages.senderId, accountId),
          ne(messages.kind, 'system'),
          or(gt(messages.roomId, room), and(eq(messages.roomId, room), gt(messages.seq, seq))),
        ),
      )
      .orderBy(asc(messages.roomId), asc(messages.seq))
      .limit(limit),
);

/** What an account wrote, room by room, after a message of which the room and the sequence are known. */
export const listOwnMessages = (db: Sql, accountId: AccountId, after: { room: RoomId; seq: number }, limit: number) =>
  messagesAfter(db, { accountId, ...after, limit });
