import { event } from '../events/event.ts';

/** What somebody is told of how its account stands; it may not be able to log in. */
export const standingEvents = {
  account_suspended: event({}, ['계정 이용이 정지되었습니다.', 'Your account has been suspended.'], {
    tellsReason: true,
  }),
  account_restored: event({}, ['계정 이용 정지가 해제되었습니다.', 'Your account is open again.']),
};
