import { listOpenOrdersEndpoint } from './list-open-orders.ts';
import { listOrdersEndpoint } from './list-orders.ts';
import { placeOrderEndpoint } from './place-order.ts';
import { showOrderEndpoint } from './show-order.ts';

export const orderEndpoints = [
  placeOrderEndpoint,
  listOrdersEndpoint,
  showOrderEndpoint,
  listOpenOrdersEndpoint,
] as const;
