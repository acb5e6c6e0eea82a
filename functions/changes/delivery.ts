import { isOutage } from '../../db/engine/database-error.ts';
import { deleteOutbox } from '../../db/outbox.ts';
import type { OutboxRow } from '../../db/outbox.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { EventFrame } from '../events/catalogue.ts';
import { accountTopic, encodeAccountHint } from '../events/topics.ts';
import type { AccountHint } from '../events/topics.ts';
import type { Delivery, Ports } from '../ports.ts';
import { ownMessageIds } from '../rooms/own-message-ids.ts';
import { publish } from '../events/publish.ts';
import { Trace } from '../tracing/trace.ts';
import { tracedDatabase } from '../tracing/traced-ports.ts';
import type { TraceParent } from '../tracing/tracer.ts';
import type { Effects, SocketHint } from './effects.ts';
import { isNotice, sendOnce, writeNotices } from './write-notices.ts';

type DeliveryPorts = Pick<Ports, 'db' | 'bus' | 'messages' | 'notifier' | 'settings' | 'log' | 'tracer'>;

/**
 * Delivers what changes recorded. A room's message goes through the room's log, as everybody's does, under an id that is made
 * of the event's: told again, it is not doubled. An account's event goes over the bus; its sockets know it again by its id. Mails and
 * text messages have a way of their own beside these: whoever takes them may take his time.
 */
export function createDelivery(ports: DeliveryPorts): Delivery {
  const underWay = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  return {
    deliver({ rows, hints, notices }, parent) {
      const [written, told] = [rows.filter(isNotice), rows.filter((row) => !isNotice(row))];
      if (written.length > 0) track(write(ports, written));
      if (notices.length > 0) track(sendOnce(ports, notices));
      if (told.length + hints.length === 0) return;
      const effects = { rows: told, hints };
      const trace =
        parent === undefined ? undefined : Trace.begin(ports.tracer, 'deliver', { kind: 'internal', parent });
      track(trace ? tellTraced(ports, effects, trace) : tell(ports, effects));
    },
    async redeliver(rows) {
      const tellAgain = async () => {
        const told = await tellRows(
          ports,
          rows.filter((row) => !isNotice(row)),
        );
        await forget(ports, told);
        return told;
      };
      return (await Promise.all([tellAgain(), write(ports, rows.filter(isNotice))])).flat();
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

const write = (ports: DeliveryPorts, rows: readonly OutboxRow[]): Promise<OutboxRow[]> =>
  rows.length === 0 ? Promise.resolve([]) : writeNotices(ports, rows, (row) => forget(ports, [row]));

type Told = Pick<Effects, 'rows' | 'hints'>;

/** Rooms first: whoever is told of a new room finds in it what opened it. */
async function tell(ports: DeliveryPorts, { rows, hints }: Told, trace?: Trace): Promise<void> {
  const rooms = await tellRows(
    ports,
    rows.filter(({ channel }) => channel === 'room'),
    trace,
  );
  await Promise.all(hints.map((hint) => publishHint(ports, hint)));
  const sockets = await tellRows(
    ports,
    rows.filter(({ channel }) => channel === 'account'),
    trace,
  );
  await forget(ports, [...rooms, ...sockets]);
}

async function tellTraced(ports: DeliveryPorts, effects: Told, trace: Trace): Promise<void> {
  await tell({ ...ports, db: tracedDatabase(ports.db, trace) }, effects, trace);
  trace.span.end();
}

/** Gives the rows that were delivered. */
async function tellRows(ports: DeliveryPorts, rows: readonly OutboxRow[], trace?: Trace): Promise<OutboxRow[]> {
  const told = await Promise.all(rows.map(async (row) => [row, await tellRow(ports, row, trace)] as const));
  return told.filter(([, delivered]) => delivered).map(([row]) => row);
}

async function tellRow(ports: DeliveryPorts, row: OutboxRow, trace?: Trace): Promise<boolean> {
  try {
    return await (row.channel === 'room' ? tellRoom : tellAccount)(ports, row, trace?.context);
  } catch (error) {
    const values = { err: error, event: row.event['event'], channel: row.channel, target: row.target };
    ports.log.warn(values, 'an event could not be delivered yet');
    return false;
  }
}

async function tellRoom(
  { messages }: DeliveryPorts,
  { eventId, target, event, senderId }: OutboxRow,
  trace?: TraceParent,
): Promise<true> {
  const message = {
    senderId,
    clientId: ownMessageIds.event(eventId),
    kind: 'system' as const,
    body: JSON.stringify(event),
    targetSeq: null,
    needsMembership: false,
  };
  await messages.append(target as RoomId, message, trace);
  return true;
}

async function tellAccount(
  ports: DeliveryPorts,
  { eventId, target, event, happenedAt }: OutboxRow,
  parent?: TraceParent,
): Promise<boolean> {
  const frame = { type: 'event', id: eventId, at: happenedAt, ...event } as unknown as EventFrame;
  const encode = (trace?: TraceParent) => encodeAccountHint({ kind: 'event', frame, ...(trace && { trace }) });
  return publish(ports, accountTopic(target as AccountId), encode, parent);
}

/** Where this is lost, sockets find out by their own look at the database. */
async function publishHint({ bus }: DeliveryPorts, hint: SocketHint): Promise<void> {
  await bus.publish(accountTopic(hint.accountId), encodeAccountHint(hintOf(hint)));
}

function hintOf(hint: SocketHint): AccountHint {
  switch (hint.kind) {
    case 'joined':
      return { kind: 'joined', room: hint.roomId };
    case 'account_shut':
      return { kind: 'account_shut' };
    case 'session_ended':
      return { kind: 'session_ended', sessionId: hint.sessionId };
  }
}

/** What stays although it was delivered is delivered once more, which does no harm. */
async function forget({ db, log }: DeliveryPorts, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await deleteOutbox(db, rows);
  } catch (error) {
    if (isOutage(error)) log.debug({ err: error }, 'delivered events stay in the outbox for now');
    else log.error({ err: error }, 'delivered events could not be taken out of the outbox');
  }
}
