import type { registerAccountRoute } from '../functions/accounts/register-account.ts';
import type { showMeRoute } from '../functions/accounts/show-me.ts';
import type { activateOperatorRoute } from '../functions/operators/activate-operator.ts';
import type { listOperatorsRoute } from '../functions/operators/list-operators.ts';
import type { suspendAccountRoute } from '../functions/accounts/suspend-account.ts';
import type { showOperatorRoute } from '../functions/operators/show-operator.ts';
import type { listOpenOrdersRoute } from '../functions/orders/list-open-orders.ts';
import type { listOrdersRoute } from '../functions/orders/list-orders.ts';
import type { placeOrderRoute } from '../functions/orders/place-order.ts';
import type { showOrderRoute } from '../functions/orders/show-order.ts';
import type { listOrderQuotesRoute } from '../functions/quotes/list-order-quotes.ts';
import type { listQuotesRoute } from '../functions/quotes/list-quotes.ts';
import type { selectQuoteRoute } from '../functions/quotes/select-quote.ts';
import type { showQuoteRoute } from '../functions/quotes/show-quote.ts';
import type { submitQuoteRoute } from '../functions/quotes/submit-quote.ts';
import type { deleteMessageRoute } from '../functions/rooms/delete-message.ts';
import type { editMessageRoute } from '../functions/rooms/edit-message.ts';
import type { listMessagesRoute } from '../functions/rooms/list-messages.ts';
import type { listRoomsRoute } from '../functions/rooms/list-rooms.ts';
import type { markReadRoute } from '../functions/rooms/mark-read.ts';
import type { muteRoomRoute } from '../functions/rooms/mute-room.ts';
import type { sendMessageRoute } from '../functions/rooms/send-message.ts';
import type { logInRoute } from '../functions/sessions/log-in.ts';
import type { logOutRoute } from '../functions/sessions/log-out.ts';
import type { refreshSessionRoute } from '../functions/sessions/refresh-session.ts';
import type { showJwksRoute } from '../functions/sessions/show-jwks.ts';
import type { z } from 'zod';

/** Every route of the API. Types alone: nothing of the server reaches a client. */
type Route =
  | typeof registerAccountRoute
  | typeof showMeRoute
  | typeof activateOperatorRoute
  | typeof listOperatorsRoute
  | typeof suspendAccountRoute
  | typeof showOperatorRoute
  | typeof listOpenOrdersRoute
  | typeof listOrdersRoute
  | typeof placeOrderRoute
  | typeof showOrderRoute
  | typeof listOrderQuotesRoute
  | typeof listQuotesRoute
  | typeof selectQuoteRoute
  | typeof showQuoteRoute
  | typeof submitQuoteRoute
  | typeof deleteMessageRoute
  | typeof editMessageRoute
  | typeof listMessagesRoute
  | typeof listRoomsRoute
  | typeof markReadRoute
  | typeof muteRoomRoute
  | typeof sendMessageRoute
  | typeof logInRoute
  | typeof logOutRoute
  | typeof refreshSessionRoute
  | typeof showJwksRoute;

type NameOf<Each> = Each extends { method: infer Method extends string; path: infer Path extends string }
  ? `${Uppercase<Method>} ${Path}`
  : never;

type RouteByName = { [Each in Route as NameOf<Each>]: Each };

/** A route as the API names it: `POST /v1/rooms/{roomId}/messages`. */
export type Endpoint = keyof RouteByName;

/** What is read from a URL arrives as text, whatever it is read as. */
type AsText<Values> = { [Name in keyof Values]: unknown extends Values[Name] ? string | number : Values[Name] };

type Part<Each, Name extends string> = Each extends { request: Record<Name, infer Schema> }
  ? Schema extends z.ZodType
    ? z.input<Schema>
    : never
  : never;

type Json<Each> = Each extends { request: { body: { content: { 'application/json': { schema: infer Schema } } } } }
  ? Schema extends z.ZodType
    ? z.input<Schema>
    : never
  : never;

/** Leaves a property out where there is nothing to give, and makes it optional where nothing need be given. */
type Given<Name extends string, Values> = [Values] extends [never]
  ? unknown
  : object extends Values
    ? { [_ in Name]?: Values }
    : { [_ in Name]: Values };

/** What a call takes: the route's own parameters, query, headers and body. */
export type InputOf<Name extends Endpoint> = Given<'params', AsText<Part<RouteByName[Name], 'params'>>> &
  Given<'query', AsText<Part<RouteByName[Name], 'query'>>> &
  Given<'headers', Part<RouteByName[Name], 'headers'>> &
  Given<'body', Json<RouteByName[Name]>> & { signal?: AbortSignal };

type Answered<Each, Status extends 200 | 201 | 202> = Each extends {
  responses: Record<Status, { content: { 'application/json': { schema: infer Schema } } }>;
}
  ? Schema extends z.ZodType
    ? z.output<Schema>
    : never
  : never;

type OrUndefined<Value> = [Value] extends [never] ? undefined : Value;

/** What a successful call gives: the body, or undefined where there is none. */
export type OutputOf<Name extends Endpoint> = OrUndefined<
  Answered<RouteByName[Name], 200> | Answered<RouteByName[Name], 201> | Answered<RouteByName[Name], 202>
>;
