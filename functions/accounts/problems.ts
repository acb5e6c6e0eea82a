import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const accountProblems = {
  account_suspended: [403, '이용이 정지된 계정입니다.', 'This account is suspended.'],
  username_taken: [409, '이미 사용 중인 아이디입니다.', 'This username is taken.'],
  email_taken: [409, '이미 사용 중인 이메일입니다.', 'This email address is taken.'],
  phone_taken: [409, '이미 사용 중인 전화번호입니다.', 'This phone number is taken.'],
  wrong_password: [403, '비밀번호가 올바르지 않습니다.', 'The password is wrong.'],
  deal_running: [
    409,
    '진행 중인 거래가 있어 탈퇴할 수 없습니다.',
    'A deal of yours is running: the account can be closed once it is over.',
  ],
  own_account: [409, '자신의 계정에는 할 수 없는 작업입니다.', 'You cannot do this to your own account.'],
} as const satisfies ProblemTexts;

export const accountRules = {
  reserved_name: [
    '킹버스 운영자로 오해할 수 있는 이름입니다. 다른 이름을 써 주세요.',
    'This name could be taken for KingBus itself. Please choose another.',
  ],
  password_common: ['너무 흔한 비밀번호입니다.', 'This password is too common.'],
  password_contains_username: ['비밀번호에 아이디를 넣을 수 없습니다.', 'The password must not contain the username.'],
  password_contains_email: [
    '비밀번호에 이메일 주소를 넣을 수 없습니다.',
    'The password must not contain the email address.',
  ],
  password_contains_phone: [
    '비밀번호에 전화번호를 넣을 수 없습니다.',
    'The password must not contain the phone number.',
  ],
  password_contains_name: ['비밀번호에 이름을 넣을 수 없습니다.', 'The password must not contain the name.'],
  password_contains_business_number: [
    '비밀번호에 사업자등록번호를 넣을 수 없습니다.',
    'The password must not contain the business registration number.',
  ],
  username: [
    '아이디는 영문자, 숫자, 점, 밑줄, 하이픈으로 4~32자이며 영문자나 숫자로 시작해야 합니다.',
    'A username has 4 to 32 letters (a to z), digits, dots, underscores and hyphens, and begins with a letter or a digit.',
  ],
  consent_version: [
    '약관이 바뀌었습니다. 새 약관을 확인해 주세요.',
    'This is not the current version. Please read it again: GET /v1/consents.',
  ],
  under_fourteen: [
    '만 14세 미만은 법정대리인의 동의가 필요하여 가입할 수 없습니다.',
    'Whoever is under fourteen needs the consent of a guardian, which cannot be given here.',
  ],
  username_phone: ['전화번호는 아이디로 쓸 수 없습니다.', 'A telephone number is no username.'],
  email: ['올바른 이메일 주소를 입력해 주세요.', 'Enter an email address, such as minji@example.com.'],
  phone: ['대한민국 휴대전화 번호를 입력해 주세요.', 'Enter a Korean mobile number, such as 010-1234-5678.'],
  business_number: ['올바른 사업자등록번호가 아닙니다.', 'This is not a valid business registration number.'],
} as const satisfies RuleTexts;
