import { and, eq, sql } from 'drizzle-orm';
import type { AccountId, FileId, RoomId } from '../schema/ids.ts';
import { messages, roomMembers, rooms } from '../schema/rooms.ts';
import type { Transaction } from './engine/client.ts';
import type { MessageKind, StoredMessage } from './messages.ts';
import { bodyHash } from './body-hash.ts';
import { lockRooms } from './lock-rooms.ts';
import { AttachableFiles, attachFiles, dropFilesOf } from './message-files.ts';
import type { Attachments } from './message-files.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { listOf, statement } from './engine/statement.ts';
import { RunAgain } from './engine/transaction.ts';
import { bulkInsert } from './engine/write.ts';

export interface NewMessage {
  senderId: AccountId;
  clientId: string;
  kind: MessageKind;
  body: string;
  /** The message that an `edit` or a `deletion` is about. */
  targetSeq: number | null;
  /** Of a message of the kind `files`, whose `body` is what its repetition is compared with. */
  attachments?: Attachments | undefined;
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
  /** One of its files is none of its sender's for this room, or is used already. */
  | { kind: 'no_file' }
  | { kind: 'not_changeable' };

/** What a room's log gets, in its order. */
export interface RoomBatch {
  roomId: RoomId;
  messages: readonly NewMessage[];
}

type MayChange = (message: NewMessage, target: Target) => boolean;

/**
 * Adds to the logs of several rooms, each in its order and without a hole. Its transaction matters: the lock on a room's row makes
 * commit order the order of sequences, and what is checked here hold until the commit, the states of the senders' accounts too. The
 * statements are as many for one room as for hundreds, but for what is changed or was sent before.
 *
 * @param batches one for each room
 * @param now the time of the messages, unless the newest one of their room has a later one: within a room it never goes back
 * @param mayChange whether a message may change its target: the caller's rule
 * @returns what became of each message, as they were given
 */
export async function appendToRooms(
  tx: Transaction,
  batches: readonly RoomBatch[],
  now: string,
  mayChange: MayChange = () => false,
): Promise<AppendOutcome[][]> {
  const { rooms, suspended } = await lockRooms(tx, batches);
  const attached = batches.flatMap(({ messages: sent }) => sent.flatMap((each) => each.attachments?.fileIds ?? []));
  const attachable = await AttachableFiles.lock(tx, attached);
  const all: AppendOutcome[][] = [];
  const planned: Planned[] = [];
  let looksAtAll = true;
  for (const batch of batches) {
    const { roomId, messages: sent } = batch;
    const room = rooms.get(roomId);
    if (room === undefined) {
      all.push(sent.map((message) => ({ kind: shutOutOf(message, suspended) ?? 'not_found' })));
      continue;
    }
    const targets = await findTargets(tx, batch);
    // Nearly every text is new: the unique index says so for nothing, and where it does not, the log is asked when all is done again.
    const looks =
      targets.size > 0 || sent.some((message) => doubtful.has(message) || message.attachments !== undefined);
    looksAtAll &&= looks;
    const known = looks ? await findKnown(tx, batch) : new Map<string, Known>();
    // The processes that write have a clock each. Instants compare as text.
    const sentAt = room.newestAt !== null && room.newestAt > now ? room.newestAt : now;
    const hashes = await hashesOf(sent, known);
    const take = (files: Attachments, senderId: AccountId) => attachable.take(files, roomId, senderId);
    const situation = { ...room, suspended, known, targets, hashes, sentAt, mayChange, take };
    const { outcomes, fresh, attachedIds } = planBatch(sent, situation);
    all.push(outcomes);
    if (fresh.length > 0) planned.push({ roomId, fresh, sentAt, targets, attachedIds });
  }
  if (!(await insertNew(tx, planned))) {
    if (looksAtAll) throw new Error('a client id is known and is not');
    for (const { messages: sent } of batches) for (const message of sent) doubtful.add(message);
    throw new RunAgain('the log has one of these messages');
  }
  for (const { roomId, fresh, sentAt, targets, attachedIds } of planned) {
    if (attachedIds.length > 0) await attachFiles(tx, attachedIds, sentAt);
    for (const message of fresh) {
      if (message.targetSeq === null) continue;
      if (targets.get(message.targetSeq)?.kind === 'files') await dropFilesOf(tx, roomId, message.targetSeq, sentAt);
      await changeTarget(tx, roomId, message);
    }
  }
  await moveHeads(tx, planned);
  return all;
}

/** The same for one room. */
export async function appendMessages(
  tx: Transaction,
  roomId: RoomId,
  messages: readonly NewMessage[],
  now: string,
  mayChange?: MayChange,
): Promise<AppendOutcome[]> {
  const [outcomes = []] = await appendToRooms(tx, [{ roomId, messages }], now, mayChange);
  return outcomes;
}

/** What a room's log gets, and the time of it. */
interface Planned {
  roomId: RoomId;
  fresh: Known[];
  sentAt: string;
  targets: ReadonlyMap<number, Target>;
  attachedIds: readonly FileId[];
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
  take: (attachments: Attachments, senderId: AccountId) => string | undefined;
}

/** What becomes of each message, and the rows that the log gets. */
function planBatch(
  batch: readonly NewMessage[],
  situation: Situation,
): { outcomes: AppendOutcome[]; fresh: Known[]; attachedIds: FileId[] } {
  const { head, members, suspended, hashes, sentAt, mayChange, take } = situation;
  const known = new Map(situation.known);
  const targets = new Map(situation.targets);
  const fresh: Known[] = [];
  const attachedIds: FileId[] = [];
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
    const { needsMembership: _checked, attachments, ...content } = message;
    const body = attachments ? take(attachments, message.senderId) : message.body;
    if (body === undefined) return { kind: 'no_file' };
    if (attachments) attachedIds.push(...attachments.fileIds);
    const stored = {
      ...content,
      body,
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
  return { outcomes, fresh, attachedIds };
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

/** False, with nothing inserted that may stay, where the log has one of them already. */
async function insertNew(tx: Transaction, planned: readonly Planned[]): Promise<boolean> {
  if (planned.length === 0) return true;
  const rows = planned.flatMap(({ roomId, fresh }) =>
    fresh.map((message) => ({ ...message, roomId, body: message.kind === 'edit' ? '' : message.body })),
  );
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

/** The hashes that are needed: of edits, whose text is kept elsewhere, of files, of which more is kept than was sent, and of what is compared with a changed text. */
async function hashesOf(
  batch: readonly NewMessage[],
  known: ReadonlyMap<string, Known>,
): Promise<Map<NewMessage, string>> {
  const needed = batch.filter(
    (each) => each.kind === 'edit' || each.kind === 'files' || typeof known.get(keyOf(each))?.bodyHash === 'string',
  );
  return new Map(await Promise.all(needed.map(async (each) => [each, await bodyHash(each.body)] as const)));
}

/** `suspended` where a message is its sender's own word, and the sender is. What the product says of somebody's deed is told all the same. */
const shutOutOf = ({ kind, senderId }: NewMessage, suspended: ReadonlySet<AccountId>): 'suspended' | undefined =>
  kind !== 'system' && suspended.has(senderId) ? 'suspended' : undefined;

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
async function findKnown(tx: Transaction, { roomId, messages: sent }: RoomBatch): Promise<Map<string, Known>> {
  const keys = sent.map(({ senderId, clientId }) => [senderId, clientId] as const);
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

async function findTargets(tx: Transaction, { roomId, messages: sent }: RoomBatch): Promise<Map<number, Target>> {
  const seqs = sent.flatMap(({ targetSeq }) => (targetSeq === null ? [] : [targetSeq]));
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
 * Moves the rooms' heads; and with something new to read a room rises in its members' lists, at most once a second, so that
 * a busy room of many does not write a row a member for each message. Nobody's read mark moves: writing is not reading.
 */
async function moveHeads(tx: Transaction, planned: readonly Planned[]): Promise<void> {
  if (planned.length === 0) return;
  const heads = planned.map(({ roomId, fresh, sentAt }) => {
    const isToRead = fresh.some(({ kind }) => kind === 'text' || kind === 'files' || kind === 'system');
    const stale = new Date(Date.parse(sentAt) - activityGrain).toISOString();
    const [at, before] = [sentAt, stale].map((each) => (isToRead ? roomMembers.activeAt.mapToDriverValue(each) : null));
    return [roomId, fresh.at(-1)?.seq, at, before];
  });
  await tx.execute(sql`
    update json_table(${JSON.stringify(heads)}, '$[*]' columns (room char(36) path '$[0]', head bigint unsigned path '$[1]',
        at datetime(3) path '$[2]', stale datetime(3) path '$[3]')) heads
      straight_join ${rooms} force index (primary) on ${rooms.id} = cast(heads.room as uuid)
      left join ${roomMembers} force index (primary) on ${roomMembers.roomId} = ${rooms.id} and ${roomMembers.activeAt} < heads.stale
    set ${rooms.lastSeq} = heads.head, ${roomMembers.activeAt} = heads.at`);
}
