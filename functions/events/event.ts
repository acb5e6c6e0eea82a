import { z } from 'zod';
import type { AccountId, ApiKeyId, DocumentId, OrderId, QuoteId, RoomId, VehicleId } from '../../schema/ids.ts';

/** What one kind of event carries, and what it says to people. */
export interface EventKind<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Ids alone: an event is a reason to look again, and what it tells of is read with the reader's own rights. */
  shape: Shape;
  korean: string;
  english: string;
  /** A mail about it says why, as the admin who decided has put it (`accounts.decision_reason`). */
  tellsReason?: true;
}

/** Declares a kind of event. A feature's kinds stand in its `events.ts`; functions/events/catalogue.ts puts them together. */
export const event = <const Shape extends z.ZodRawShape>(
  shape: Shape,
  [korean, english]: readonly [korean: string, english: string],
  more: { tellsReason?: true } = {},
): EventKind<Shape> => ({ shape, korean, english, ...more });

const id = <Id extends string>() => z.string() as unknown as z.ZodType<Id, string>;

/** The ids that events carry. */
export const orderId = id<OrderId>();
export const quoteId = id<QuoteId>();
export const apiKeyId = id<ApiKeyId>();
export const roomId = id<RoomId>();
export const documentId = id<DocumentId>();
export const vehicleId = id<VehicleId>();
export const accountId = id<AccountId>();
