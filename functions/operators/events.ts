import { event } from '../events/event.ts';

/** What is told of operators. */
export const operatorEvents = {
  operator_activated: event({}, ['운영자 확인이 끝났습니다.', 'Your account has been verified.']),
};
