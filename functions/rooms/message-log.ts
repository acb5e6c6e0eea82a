import { appendToRooms } from '../../db/append-messages.ts';
import type { AppendOutcome, NewMessage } from '../../db/append-messages.ts';
import { isOutage } from '../../db/engine/database-error.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { RoomId } from '../../schema/ids.ts';
import { encodeMessages } from '../events/room-hints.ts';
import { roomTopic } from '../events/topics.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Appended, MessageLog, Ports } from '../ports.ts';
import { publish } from '../events/publish.ts';
import { failureOf, Trace } from '../tracing/trace.ts';
import { tracedDatabase } from '../tracing/traced-ports.ts';
import type { TraceParent, Tracer } from '../tracing/tracer.ts';
import { mayChange } from './message-policy.ts';

/** The most messages that share one transaction. */
const batchLimit = 256;
/** The most messages of one room that may wait for their transaction; one more is refused as `unavailable`. */
const queueLimit = 2048;
/** The most transactions at once: what comes while they are under way waits, and shares the next. */
const commitsAtOnce = 2;

interface Waiting {
  message: NewMessage;
  trace: TraceParent | undefined;
  resolve: (appended: Appended) => void;
  reject: (reason: unknown) => void;
}

/** What one transaction adds to a room. */
interface Share {
  roomId: RoomId;
  waiting: Waiting[];
}

/**
 * A log with group commit: what waits at the same time shares one transaction, of whichever rooms. While some commit, the next gather,
 * so that transactions grow with the load by themselves and a lone message waits for nobody. A room is in one of them at a time: its
 * order is that of arrival.
 */
export function createMessageLog(
  ports: Pick<Ports, 'db' | 'bus' | 'clock' | 'log' | 'metrics' | 'tracer'>,
): MessageLog {
  const { clock, log, metrics, tracer } = ports;
  /** What waits, of each room that has something waiting or under way. */
  const queues = new Map<RoomId, Waiting[]>();
  /** The rooms that wait, and of which nothing is under way; who came first is first. */
  const ready = new Set<RoomId>();
  let underWay = 0;
  let willBegin = false;

  /** What else arrives in this turn of the event loop shares the first transaction. */
  function beginSoon(): void {
    if (willBegin) return;
    willBegin = true;
    queueMicrotask(() => {
      willBegin = false;
      while (ready.size > 0 && underWay < commitsAtOnce) void commitNext();
    });
  }

  async function commitNext(): Promise<void> {
    underWay++;
    const shares = takeShares();
    await commit(shares);
    underWay--;
    for (const { roomId } of shares) {
      if (queues.get(roomId)?.length === 0) queues.delete(roomId);
      else ready.add(roomId);
    }
    beginSoon();
  }

  function takeShares(): Share[] {
    const shares: Share[] = [];
    let left = batchLimit;
    for (const roomId of ready) {
      if (left === 0) break;
      const waiting = queues.get(roomId)?.splice(0, left) ?? [];
      left -= waiting.length;
      ready.delete(roomId);
      shares.push({ roomId, waiting });
    }
    return shares;
  }

  async function commit(shares: Share[]): Promise<void> {
    const waiting = shares.flatMap((share) => share.waiting);
    const batches = shares.map(({ roomId, waiting: each }) => ({
      roomId,
      messages: each.map(({ message }) => message),
    }));
    let outcomes: AppendOutcome[][];
    const trace = tracer && traceCommit(tracer, waiting);
    const db = trace ? tracedDatabase(ports.db, trace) : ports.db;
    const startedAt = performance.now();
    try {
      const now = clock.now();
      outcomes = await transaction(db, (tx) =>
        appendToRooms(tx, batches, toInstant(now), (message, target) => mayChange(message, target, now)),
      );
      metrics.observe('chat_commit_messages', {}, waiting.length);
      metrics.observe('chat_commit_seconds', {}, (performance.now() - startedAt) / 1000);
    } catch (error) {
      trace?.span.end(failureOf(error));
      metrics.count('chat_commits_failed', {});
      const values = { err: error, roomIds: batches.map(({ roomId }) => roomId), messages: waiting.length };
      if (isOutage(error)) {
        log.warn(values, 'a batch of messages has no known outcome');
      } else {
        log.error(values, 'a batch of messages failed');
        // Nothing of it was kept: what is wrong with one room is nothing of the others.
        if (shares.length > 1) {
          for (const share of shares) await commit([share]);
          return;
        }
      }
      for (const { reject } of waiting) reject(new Problem('unavailable', { headers: { 'Retry-After': '1' } }));
      return;
    }
    for (const [index, { roomId }] of shares.entries()) {
      const appended = (outcomes[index] ?? []).flatMap((each) => (each.kind === 'appended' ? [each.message] : []));
      if (appended.length === 0) continue;
      void publish(ports, roomTopic(roomId), (at) => encodeMessages(roomId, appended, at), trace?.context);
    }
    trace?.span.end();
    const settled = outcomes.flat();
    for (const [index, each] of waiting.entries()) settle(each, settled[index] as AppendOutcome);
  }

  return {
    append(roomId, message, trace) {
      const { promise, resolve, reject } = Promise.withResolvers<Appended>();
      const waiting = { message, trace, resolve, reject };
      const queue = queues.get(roomId);
      if (queue === undefined) {
        queues.set(roomId, [waiting]);
        ready.add(roomId);
        beginSoon();
      } else if (queue.length >= queueLimit) {
        reject(new Problem('unavailable', { headers: { 'Retry-After': '1' } }));
      } else {
        queue.push(waiting);
      }
      return promise;
    },
  };
}

/** What shares a transaction is a span of the first one's trace, and linked with those of the others. */
function traceCommit(tracer: Tracer, batch: readonly Waiting[]): Trace | undefined {
  const [parent, ...links] = batch.flatMap(({ trace }) => trace ?? []);
  if (parent === undefined) return undefined;
  const attributes = { 'messaging.batch.message_count': batch.length };
  return Trace.begin(tracer, 'commit messages', { kind: 'internal', parent, links, attributes });
}

function settle({ resolve, reject }: Waiting, outcome: AppendOutcome): void {
  switch (outcome.kind) {
    case 'appended':
      return resolve({ message: outcome.message, appended: true });
    case 'known':
      return resolve({ message: outcome.message, appended: false });
    case 'conflict':
      return reject(new Problem('message_conflict'));
    case 'not_found':
      return reject(new Problem('not_found'));
    case 'suspended':
      return reject(new Problem('account_suspended'));
    case 'no_target':
      return reject(new Problem('message_not_found'));
    case 'no_file':
      return reject(new Problem('file_not_found'));
    case 'not_changeable':
      return reject(new Problem('message_not_changeable'));
  }
}
