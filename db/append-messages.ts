import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AccountId, RoomId } from '../schema/ids.ts';
import { accounts } from '../schema/accounts.ts';
import { messages, roomMembers, rooms } from '../schema/rooms.ts';
import type { Transaction } from './engine/client.ts';
import type { AccountState } from './accounts.ts';
import type { MessageKind, StoredMessage } from './messages.ts';
import { bodyHash } from './body-hash.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { listOf, lockingStatement, statement } from './engine/statement.ts';
import { RunAgain } from './engine/transaction.ts';
import { bulkInsert } from './engine/write.ts';

export interface NewMessage {
  senderId: AccountId;
  clientId: string;
  kind: MessageKind;
  body: string;
  /** The message that an `edit` or a `deletion` is about. */
  targetSeq: number | null;
  /** Whether the sender has to belong to the room. Messages of the system and of admins do not ask. */
  needsMembership: boolean;
}

/** What stands where an `edit` or a `deletion` points. */
export type Target = Pick<StoredMessage, 'seq' | 'senderId' | 'kind' | 'sentAt' | 'deletedAt'>;

/** What became of one message of a batch, in the batch's order. */
export type AppendOutcome =
  | { kind: 'appended'; message: StoredMessage }
  /** The same sender sent the same id with the same content before: this is where it stands. */
  | { kind: 'known'; message: StoredMessage }
  | { kind: 'conflict' }
  | { kind: 'not_found' }
  /** The sender's account is suspended. */
  | { kind: 'suspended' }
  /** The room has no message where the `edit` or the `deletion` points. */
  | { kind: 'no_target' }
  | { kind: 'not_changeable' };

/**
 * Adds a batch to a room's log, in its order, without a hole. Its transaction matters: the lock on the room's row makes
 * commit order the order of sequences, and what is checked here hold until the commit, the states of the senders' accounts too.
 *
 * @param now the time of the messages, unless the newest one of the room has a later one: within a room it never goes back
 * @param mayChange whether a message may change its target: the caller's rule
 */
export async function appendMessages(
  tx: Transaction,
  roomId: RoomId,
  batch: NewMessage[],
  now: string,
  mayChange: (message: NewMessage, target: Target) => boolean = () => false,
): Promise<AppendOutcome[]> {
  const { room, members, suspended } = await lockRoom(tx, roomId, batch);
  if (room === undefined) return batch.map((message) => ({ kind: shutOutOf(message, suspended) ?? 'not_found' }));
  // The processes that write have a clock each. Instants compare as text.
  const sentAt = room.newestAt !== null && room.newestAt > now ? room.newestAt : now;
  const targets = await findTargets(tx, roomId, batch);
  const plan = async (known: Map<string, Known>) =>
    planBatch(batch, {
      head: room.head,
      members,
      suspended,
      known,
      targets,
      hashes: await hashesOf(batch, known),
      sentAt,
      mayChange,
    });

  // Nearly every text is new: the unique index says so for nothing, and where it does not, the log is asked when all is done again.
  const looks = targets.size > 0 || batch.some((message) => doubtful.has(message));
  const { outcomes, fresh } = await plan(looks ? await findKnown(tx, roomId, batch) : new Map());
  if (!(await insertNew(tx, roomId, fresh))) {
    if (looks) throw new Error('a client id is known and is not');
    for (const message of batch) doubtful.add(message);
    throw new RunAgain('the log has one of these messages');
  }
  for (const message of fresh) if (message.targetSeq !== null) await changeTarget(tx, roomId, message);
  await moveHead(tx, roomId, fresh, sentAt);
  return outcomes;
}

/** Messages of batches of which the log had something already. */
const doubtful = new WeakSet<NewMessage>();

interface Situation {
  head: number;
  members: ReadonlySet<AccountId>;
  suspended: ReadonlySet<AccountId>;
  /** What of the batch is in the log already. */
  known: ReadonlyMap<string, Known>;
  targets: ReadonlyMap<number, Target>;
  hashes: ReadonlyMap<NewMessage, string>;
  sentAt: string;
  mayChange: (message: NewMessage, target: Target) => boolean;
}

/** What becomes of each message, and the rows that the log gets. */
function planBatch(batch: NewMessage[], situation: Situation): { outcomes: AppendOutcome[]; fresh: Known[] } {
  const { head, members, suspended, hashes, sentAt, mayChange } = situation;
  const known = new Map(situation.known);
  const targets = new Map(situation.targets);
  const fresh: Known[] = [];
  const outcomes = batch.map((message): AppendOutcome => {
    const shutOut = shutOutOf(message, suspended);
    if (shutOut) return { kind: shutOut };
    if (message.needsMembership && !members.has(message.senderId)) return { kind: 'not_found' };
    const key = keyOf(message);
    const earlier = known.get(key);
    if (earlier)
      return isSame(message, earlier, hashes.get(message)) ? { kind: 'known', message: earlier } : { kind: 'conflict' };
    if (message.targetSeq !== null) {
      const found = targets.get(message.targetSeq);
      if (!found) return { kind: 'no_target' };
      if (!mayChange(message, found)) return { kind: 'not_changeable' };
      if (message.kind === 'deletion') targets.set(message.targetSeq, { ...found, deletedAt: sentAt });
    }
    const { needsMembership: _checked, ...content } = message;
    const stored = {
      ...content,
      seq: head + fresh.length + 1,
      sentAt,
      editedAt: null,
      deletedAt: null,
      bodyHash: hashes.get(message) ?? null,
    };
    fresh.push(stored);
    known.set(key, stored);
    return { kind: 'appended', message: stored };
  });
  return { outcomes, fresh };
}

const insertMessages = bulkInsert(messages, [
  'roomId',
  'seq',
  'senderId',
  'clientId',
  'kind',
  'body',
  'bodyHash',
  'targetSeq',
  'sentAt',
]);

/** False, with nothing inserted, where the log has one of them already. */
async function insertNew(tx: Transaction, roomId: RoomId, fresh: Known[]): Promise<boolean> {
  if (fresh.length === 0) return true;
  const rows = fresh.map((message) => ({ ...message, roomId, body: message.kind === 'edit' ? '' : message.body }));
  try {
    await insertMessages(tx, rows);
    return true;
  } catch (error) {
    if (duplicateIndex(error) === 'messages_client_id') return false;
    throw error;
  }
}

const keyOf = ({ senderId, clientId }: { senderId: string; clientId: string }): string => `${senderId} ${clientId}`;

type Known = StoredMessage & { bodyHash: string | null };

/** The same content as was sent first: by its text where that still stands, by its hash where it was changed since. */
function isSame(message: NewMessage, earlier: Known, hash: string | undefined): boolean {
  if (message.kind !== earlier.kind || message.targetSeq !== earlier.targetSeq) return false;
  return earlier.bodyHash === null ? message.body === earlier.body : hash === earlier.bodyHash;
}

/** The hashes that are needed: of edits, whose text is kept elsewhere, and of what is compared with a changed text. */
async function hashesOf(batch: NewMessage[], known: ReadonlyMap<string, Known>): Promise<Map<NewMessage, string>> {
  const needed = batch.filter((each) => each.kind === 'edit' || typeof known.get(keyOf(each))?.bodyHash === 'string');
  return new Map(await Promise.all(needed.map(async (each) => [each, await bodyHash(each.body)] as const)));
}

/** `suspended` where a message is its sender's own word, and the sender is. What the product says of somebody's deed is told all the same. */
const shutOutOf = ({ kind, senderId }: NewMessage, suspended: ReadonlySet<AccountId>): 'suspended' | undefined =>
  kind !== 'system' && suspended.has(senderId) ? 'suspended' : undefined;

/** The senders' accounts, held as they are; one may be held by many rooms at once, and a suspension waits for them. */
const senders = {
  heldIn: (senderIds: SQL) =>
    sql`(select ${accounts.id}, ${accounts.state} from ${accounts} where ${accounts.id} in ${senderIds} lock in share mode) senders`,
  id: sql<AccountId>`senders.id`,
  state: sql<AccountState>`senders.state`,
};

const lockRoomAndSenders = lockingStatement(
  { roomId: rooms.id, senderIds: listOf(accounts.id) },
  (qb, { roomId, senderIds }) =>
    qb
      .select({
        senderId: senders.id.as('sender'),
        state: senders.state.as('sender_state'),
        head: rooms.lastSeq,
        newestAt: messages.sentAt,
        memberId: roomMembers.accountId,
      })
      .from(senders.heldIn(senderIds))
      .leftJoin(rooms, eq(rooms.id, roomId))
      .leftJoin(messages, and(eq(messages.roomId, rooms.id), eq(messages.seq, rooms.lastSeq)))
      .leftJoin(roomMembers, and(eq(roomMembers.roomId, rooms.id), eq(roomMembers.accountId, senders.id)))
      .for('update'),
);

/** The room's head, the time of its newest message, and which of the senders belong to it, or are suspended; all hold until the transaction ends. */
async function lockRoom(tx: Transaction, roomId: RoomId, batch: NewMessage[]) {
  const senderIds = [...new Set(batch.map(({ senderId }) => senderId))];
  const rows = await lockRoomAndSenders(tx, { roomId, senderIds });
  const head = rows[0]?.head ?? null;
  return {
    room: head === null ? undefined : { head, newestAt: rows[0]?.newestAt ?? null },
    members: new Set(rows.flatMap(({ memberId }) => memberId ?? [])),
    suspended: new Set(rows.filter(({ state }) => state === 'suspended').map(({ senderId }) => senderId)),
  };
}

const knownMessages = statement(
  { roomId: messages.roomId, keys: listOf(messages.senderId, messages.clientId) },
  (qb, { roomId, keys }) =>
    qb
      .select({
        seq: messages.seq,
        senderId: messages.senderId,
        clientId: messages.clientId,
        kind: messages.kind,
        body: messages.body,
        bodyHash: messages.bodyHash,
        targetSeq: messages.targetSeq,
        sentAt: messages.sentAt,
        editedAt: messages.editedAt,
        deletedAt: messages.deletedAt,
      })
      .from(messages)
      .where(and(eq(messages.roomId, roomId), sql`(${messages.senderId}, ${messages.clientId}) in ${keys}`)),
);

/** Which of a batch are in the log already: one range of the unique index for each. */
async function findKnown(tx: Transaction, roomId: RoomId, batch: NewMessage[]): Promise<Map<string, Known>> {
  const keys = batch.map(({ senderId, clientId }) => [senderId, clientId] as const);
  const rows = await knownMessages(tx, { roomId, keys });
  return new Map(rows.map((row) => [keyOf(row), row]));
}

const targetsBySeq = statement({ roomId: messages.roomId, seqs: listOf(messages.seq) }, (qb, { roomId, seqs }) =>
  qb
    .select({
      seq: messages.seq,
      senderId: messages.senderId,
      kind: messages.kind,
      sentAt: messages.sentAt,
      deletedAt: messages.deletedAt,
    })
    .from(messages)
    .where(and(eq(messages.roomId, roomId), sql`${messages.seq} in ${seqs}`)),
);

async function findTargets(tx: Transaction, roomId: RoomId, batch: NewMessage[]): Promise<Map<number, Target>> {
  const seqs = batch.flatMap(({ targetSeq }) => (targetSeq === null ? [] : [targetSeq]));
  if (seqs.length === 0) return new Map();
  const rows = await targetsBySeq(tx, { roomId, seqs });
  return new Map(rows.map((row) => [row.seq, row]));
}

/** Writes what an edit or a deletion says into the row that it is about; the hash of what was sent first stays. */
async function changeTarget(tx: Transaction, roomId: RoomId, message: StoredMessage): Promise<void> {
  const at = sql.param(message.sentAt, messages.editedAt);
  const stamped = message.kind === 'edit' ? sql`${messages.editedAt} = ${at}` : sql`${messages.deletedAt} = ${at}`;
  // Assignments run from left to right: the hash is taken of the text that is about to go.
  await tx.execute(sql`
    update ${messages}
    set ${messages.bodyHash} = ifnull(${messages.bodyHash}, convert(sha2(${messages.body}, 256) using ascii)),
      ${messages.body} = ${message.kind === 'edit' ? message.body : ''}, ${stamped}
    where ${messages.roomId} = ${roomId} and ${messages.seq} = ${message.targetSeq}`);
}

/** How exactly `activeAt` follows the newest message, in milliseconds. */
const activityGrain = 1_000;

/**
 * Moves the room's head; and with something new to read the room rises in its members' lists, at most once a second, so that
 * a busy room of many does not write a row a member for each message. Nobody's read mark moves: writing is not reading.
 */
async function moveHead(tx: Transaction, roomId: RoomId, fresh: StoredMessage[], sentAt: string): Promise<void> {
  const last = fresh.at(-1);
  if (last === undefined) return;
  if (!fresh.some(({ kind }) => kind === 'text' || kind === 'system')) {
    await tx.execute(sql`update ${rooms} set ${rooms.lastSeq} = ${last.seq} where ${rooms.id} = ${roomId}`);
    return;
  }
  const stale = new Date(Date.parse(sentAt) - activityGrain).toISOString();
  await tx.execute(sql`
    update ${rooms} left join ${roomMembers} on ${roomMembers.roomId} = ${rooms.id}
      and ${roomMembers.activeAt} < ${sql.param(stale, roomMembers.activeAt)}
    set ${rooms.lastSeq} = ${last.seq}, ${roomMembers.activeAt} = ${sql.param(sentAt, roomMembers.activeAt)}
    where ${rooms.id} = ${roomId}`);
}
