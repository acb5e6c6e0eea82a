import type { Database } from '../../db/engine/client.ts';
import { QueryLog } from '../../db/engine/query-log.ts';
import type { Ports } from '../ports.ts';
import type { Trace } from './trace.ts';

/** The ports for a piece of work that is traced: what it appends and what it tells goes on in its trace. The database is another matter. */
export function tracedPorts<Some extends Pick<Ports, 'messages'> & Partial<Pick<Ports, 'delivery'>>>(
  ports: Some,
  trace: Trace,
): Some {
  const { messages, delivery } = ports;
  return {
    ...ports,
    messages: { append: (roomId, message) => messages.append(roomId, message, trace.context) },
    ...(delivery && {
      delivery: {
        ...delivery,
        deliver: (effects) => delivery.deliver(effects, trace.context),
      } satisfies Ports['delivery'],
    }),
  };
}

/** The same database, each statement of which is a span of the trace. */
export const tracedDatabase = (db: Database, trace: Trace): Database =>
  db.$client.withLog(new QueryLog(Number.POSITIVE_INFINITY, trace.statement));
