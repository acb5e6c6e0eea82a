import { createDelivery } from '../../functions/changes/delivery.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Ports } from '../../functions/ports.ts';
import { createMessageLog } from '../../functions/rooms/message-log.ts';
import { createNoPictures } from '../memory/pictures.ts';
import { createNoMetrics } from '../memory/metrics.ts';
import { createNotifier } from './notifier.ts';
import { systemClock } from './system-clock.ts';

type Derived = 'clock' | 'metrics' | 'messages' | 'notifier' | 'delivery' | 'newId' | 'pictures';

/** The ports that a home opens itself; what all homes make alike may be left out. */
export type Parts = Omit<Ports, Derived> & Partial<Pick<Ports, Derived>>;

/**
 * The ports of one home. Left out, the clock is the system's, nobody asks for metrics, and messages are committed by this
 * process.
 */
export function composePorts(parts: Parts): Ports {
  const { db, bus, log, settings, tracer, clock = systemClock, metrics = createNoMetrics() } = parts;
  const messages = parts.messages ?? createMessageLog({ db, bus, clock, log, metrics, tracer });
  const notifier = parts.notifier ?? createNotifier({ db, clock, log, metrics, settings });
  return {
    clock,
    metrics,
    pictures: createNoPictures(),
    ...parts,
    messages,
    notifier,
    delivery: parts.delivery ?? createDelivery({ db, bus, messages, notifier, settings, log, tracer }),
    newId: parts.newId ?? createNewId(clock.now),
  };
}
