import { appendMessages } from '../../db/append-messages.ts';
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

interface Waiting {
  message: NewMessage;
  trace: TraceParent | undefined;
  resolve: (appended: Appended) => void;
  reject: (reason: unknown) => void;
}

/**
 * A log with group commit: what waits for one room at the same time shares one transaction. While that commits, the next
 * batch gathers, so batches grow with the load by themselves and a lone message waits for nobody.
 */
export function createMessageLog(
  ports: Pick<Ports, 'db' | 'bus' | 'clock' | 'log' | 'metrics' | 'tracer'>,
): MessageLog {
  const { clock, log, metrics, tracer } = ports;
  const queues = new Map<RoomId, Waiting[]>();

  async function drain(roomId: RoomId, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await commit(roomId, queue.splice(0, batchLimit));
    queues.delete(roomId);
  }

  async function commit(roomId: RoomId, batch: Waiting[]): Promise<void> {
    let outcomes: AppendOutcome[];
    const trace = tracer && traceCommit(tracer, batch);
    const db = trace ? tracedDatabase(ports.db, trace) : ports.db;
    const startedAt = performance.now();
    try {
      const now = clock.now();
      const sent = batch.map(({ message }) => message);
      outcomes = await transaction(db, (tx) =>
        appendMessages(tx, roomId, sent, toInstant(now), (message, target) => mayChange(message, target, now)),
      );
      metrics.observe('chat_commit_messages', {}, batch.length);
      metrics.observe('chat_commit_seconds', {}, (performance.now() - startedAt) / 1000);
    } catch (error) {
      trace?.span.end(failureOf(error));
      metrics.count('chat_commits_failed', {});
      const values = { err: error, roomId, messages: batch.length };
      if (isOutage(error)) log.warn(values, 'a batch of messages has no known outcome');
      else log.error(values, 'a batch of messages failed');
      for (const { reject } of batch) reject(new Problem('unavailable', { headers: { 'Retry-After': '1' } }));
      return;
    }
    const appended = outcomes.flatMap((outcome) => (outcome.kind === 'appended' ? [outcome.message] : []));
    if (appended.length > 0) {
      void publish(ports, roomTopic(roomId), (at) => encodeMessages(roomId, appended, at), trace?.context);
    }
    trace?.span.end();
    for (const [index, outcome] of outcomes.entries()) settle(batch[index] as Waiting, outcome);
  }

  return {
    append(roomId, message, trace) {
      const { promise, resolve, reject } = Promise.withResolvers<Appended>();
      const waiting = { message, trace, resolve, reject };
      const queue = queues.get(roomId);
      if (queue === undefined) {
        const started = [waiting];
        queues.set(roomId, started);
        // What else arrives in this turn of the event loop shares the first transaction.
        queueMicrotask(() => void drain(roomId, started));
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
    case 'not_changeable':
      return reject(new Problem('message_not_changeable'));
  }
}
