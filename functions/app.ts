import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { mountRegisterAccount } from './accounts/register-account.ts';
import { mountShowMe } from './accounts/show-me.ts';
import { mountActivateOperator } from './operators/activate-operator.ts';
import { mountListOperators } from './operators/list-operators.ts';
import { mountSuspendAccount } from './accounts/suspend-account.ts';
import { mountHealth } from './health/health.ts';
import type { App } from './http/app-type.ts';
import { crossOrigin } from './http/cross-origin.ts';
import type { Env } from './http/env.ts';
import { measure } from './http/measure.ts';
import { notFoundIn } from './http/not-found.ts';
import { onError } from './http/on-error.ts';
import { mountOpenApi } from './http/open-api.ts';
import { securityHeaders } from './http/security-headers.ts';
import { onInvalid } from './http/validation.ts';
import { mountShowOperator } from './operators/show-operator.ts';
import { mountListOpenOrders } from './orders/list-open-orders.ts';
import { mountListOrders } from './orders/list-orders.ts';
import { mountPlaceOrder } from './orders/place-order.ts';
import { mountShowOrder } from './orders/show-order.ts';
import { mountChatPage } from './pages/chat/chat-page.ts';
import { mountDocsPage } from './pages/docs-page.ts';
import { mountLandingPage } from './pages/landing-page.ts';
import { mountDeleteMessage } from './rooms/delete-message.ts';
import { mountEditMessage } from './rooms/edit-message.ts';
import { mountListMessages } from './rooms/list-messages.ts';
import { mountListRooms } from './rooms/list-rooms.ts';
import { mountMarkRead } from './rooms/mark-read.ts';
import { mountMuteRoom } from './rooms/mute-room.ts';
import { mountSendMessage } from './rooms/send-message.ts';
import { mountListOrderQuotes } from './quotes/list-order-quotes.ts';
import { mountListQuotes } from './quotes/list-quotes.ts';
import { mountSelectQuote } from './quotes/select-quote.ts';
import { mountShowQuote } from './quotes/show-quote.ts';
import { mountSubmitQuote } from './quotes/submit-quote.ts';
import { mountLogIn } from './sessions/log-in.ts';
import { mountLogOut } from './sessions/log-out.ts';
import { mountRefreshSession } from './sessions/refresh-session.ts';
import { mountShowJwks } from './sessions/show-jwks.ts';

/** Every endpoint of the product, in the order of the OpenAPI document. */
const endpoints = [
  mountRegisterAccount,
  mountShowMe,
  mountLogIn,
  mountRefreshSession,
  mountLogOut,
  mountShowJwks,
  mountPlaceOrder,
  mountListOrders,
  mountShowOrder,
  mountListOpenOrders,
  mountListRooms,
  mountListMessages,
  mountSendMessage,
  mountEditMessage,
  mountDeleteMessage,
  mountMuteRoom,
  mountMarkRead,
  mountSubmitQuote,
  mountListOrderQuotes,
  mountListQuotes,
  mountShowQuote,
  mountSelectQuote,
  mountShowOperator,
  mountListOperators,
  mountActivateOperator,
  mountSuspendAccount,
];

/**
 * The HTTP application: made once, it serves any number of requests. The ports come with each request
 * (`app.fetch(request, { ports, address })`), because the edge opens its database anew for each one.
 */
export function createApp(): App {
  const app = new OpenAPIHono<Env>({ defaultHook: onInvalid });
  app.onError(onError);
  app.notFound(notFoundIn(app));
  app.use(requestId({ limitLength: 64 }));
  app.use(measure);
  app.use(securityHeaders);
  app.use(crossOrigin);
  for (const mount of endpoints) mount(app);
  mountHealth(app);
  mountOpenApi(app);
  mountLandingPage(app);
  mountDocsPage(app);
  mountChatPage(app);
  return app;
}
