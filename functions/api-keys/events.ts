import { apiKeyId, event } from '../events/event.ts';

/** What is told of keys for programs. */
export const apiKeyEvents = {
  api_key_made: event({ key: apiKeyId }, [
    '새 API 키가 만들어졌습니다. 직접 만들지 않았다면 바로 폐기하고 비밀번호를 바꿔 주세요.',
    'An API key was made for your account. If that was not you, revoke it and change your password.',
  ]),
};
