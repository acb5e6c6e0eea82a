import { event } from '../events/event.ts';

/** What somebody is told of their own account, outside the product: it may be somebody else who did it. */
export const accountEvents = {
  password_reset: event({}, [
    '비밀번호가 재설정되었습니다. 본인이 아니면 알려 주세요.',
    'Your password was reset. If it was not you, tell us.',
  ]),
  credentials_changed: event({}, [
    '로그인 정보가 변경되었습니다. 본인이 아니면 알려 주세요.',
    'How you log in has changed. If it was not you, tell us.',
  ]),
  new_device: event({}, [
    '새로운 기기에서 로그인했습니다. 본인이 아니면 비밀번호를 바꿔 주세요.',
    'A log-in from a new device. If it was not you, change your password.',
  ]),
  account_closed: event({}, ['회원 탈퇴가 완료되었습니다.', 'Your account is closed.']),
};
