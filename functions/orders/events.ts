import { event, orderId } from '../events/event.ts';

/** What is told of orders. */
export const orderEvents = {
  order_expired: event({ order: orderId }, [
    '출발 시각이 지나 주문이 만료되었습니다.',
    'The departure has passed: the order has expired.',
  ]),
  order_cancelled: event({ order: orderId }, ['주문이 취소되었습니다.', 'The order was cancelled.']),
};
