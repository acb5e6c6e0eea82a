import { z } from 'zod';
import { documentEvents } from '../documents/events.ts';
import { standingEvents } from '../accounts/standing-events.ts';
import { accountEvents } from '../accounts/events.ts';
import { apiKeyEvents } from '../api-keys/events.ts';
import { operatorEvents } from '../operators/events.ts';
import type { EventKind } from './event.ts';
import { orderEvents } from '../orders/events.ts';
import { quoteEvents } from '../quotes/events.ts';
import { vehicleEvents } from '../vehicles/events.ts';

/**
 * Every event of the marketplace, each declared once, beside its feature. The frame that sockets get, the message that a room
 * gets and the AsyncAPI document are made from it.
 */
export const events = {
  ...orderEvents,
  ...quoteEvents,
  ...operatorEvents,
  ...vehicleEvents,
  ...documentEvents,
  ...standingEvents,
  ...accountEvents,
  ...apiKeyEvents,
};

type Events = typeof events;

export type EventName = keyof Events;

type IdsOf<Kind> = Kind extends EventKind<infer Shape> ? { [Key in keyof Shape]: z.output<Shape[Key]> } : never;

/** An event as whoever records it says it. */
export type MarketEvent = {
  [Name in EventName]: { event: Name } & IdsOf<Events[Name]>;
}[EventName];

/** The frame of an event. `id` names the event: whoever is told twice knows it by that. */
type FrameOf<Name extends EventName> =
  Events[Name] extends EventKind<infer Shape>
    ? z.ZodObject<
        { type: z.ZodLiteral<'event'>; event: z.ZodLiteral<Name>; id: z.ZodString; at: z.ZodString } & {
          [Key in keyof Shape]: z.ZodString;
        }
      >
    : never;

type Frames = { [Name in EventName]: FrameOf<Name> }[EventName];

const frames = Object.entries(events).map(([name, { shape }]) =>
  z.object({ type: z.literal('event'), event: z.literal(name), id: z.string(), at: z.string(), ...shape }),
);

/** What happened in the marketplace. A hint to look again: what it tells of can be read over HTTP. */
export const eventFrame = z.discriminatedUnion('event', frames as unknown as [Frames, ...Frames[]]);

/** As it travels: ids are plain text. */
export type EventFrame = z.infer<typeof eventFrame>;
