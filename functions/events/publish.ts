import type { Ports } from '../ports.ts';
import type { TraceParent } from '../tracing/tracer.ts';

/**
 * Publishes on the bus. Within a trace that is a span, and `encode` is given where receivers go on, to put it into the payload;
 * otherwise the payload has nothing of it.
 */
export function publish(
  { bus, tracer }: Pick<Ports, 'bus' | 'tracer'>,
  topic: string,
  encode: (trace?: TraceParent) => string,
  parent?: TraceParent,
): Promise<boolean> {
  const span = parent === undefined ? undefined : tracer?.begin('publish', { kind: 'producer', parent });
  if (span === undefined) return bus.publish(topic, encode());
  return bus.publish(topic, encode(span.context)).then((taken) => {
    span.end(taken ? undefined : 'hint_lost');
    return taken;
  });
}
