import { accountId, event } from '../events/event.ts';

const both = { driver: accountId, company: accountId };

/** What is told of operators. Of an affiliation both sides are told. */
export const operatorEvents = {
  operator_activated: event({}, ['운영자 확인이 끝났습니다.', 'Your account has been verified.']),
  operator_refused: event({}, ['운영자 확인이 반려되었습니다.', 'Your account could not be verified.'], {
    tellsReason: true,
  }),
  affiliation_requested: event(both, ['기사가 소속을 신청했습니다.', 'A driver asks to belong to a company.']),
  affiliation_accepted: event(both, ['소속 신청이 승인되었습니다.', 'The driver belongs to the company now.']),
  affiliation_refused: event(both, ['소속 신청이 거절되었습니다.', 'The company did not accept the driver.']),
  affiliation_ended: event(both, [
    '기사와 회사의 소속 관계가 끝났습니다.',
    'The driver no longer belongs to the company.',
  ]),
};
