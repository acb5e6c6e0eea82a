import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const operatorProblems = {
  operator_not_active: [403, '운영자 확인이 끝나야 이용할 수 있습니다.', 'An admin has to verify your account first.'],
  account_not_pending: [409, '확인을 기다리는 계정이 아닙니다.', 'The account is not waiting for verification.'],
  activation_incomplete: [409, '확인에 필요한 것이 아직 없습니다.', 'Something that a verification needs is missing.'],
  carrier_named: [
    409,
    '이미 소속되었거나 신청한 회사가 있습니다.',
    'You belong to a company, or have asked one, already.',
  ],
  company_unknown: [404, '회사 코드를 확인해 주세요.', 'There is no company with this code.'],
  affiliation_not_requested: [409, '소속을 신청하지 않은 기사입니다.', 'This driver does not ask to belong to you.'],
  not_affiliated: [409, '소속 관계가 없습니다.', 'There is no affiliation to end.'],
} as const satisfies ProblemTexts;

export const operatorRules = {
  video_link: [
    'https로 시작하는 공개 동영상 주소를 입력해 주세요.',
    'Enter the public https address of a video, such as https://youtu.be/….',
  ],
  contact_phone: ['대한민국 전화번호를 입력해 주세요.', 'Enter a Korean phone number, such as 02-312-3456.'],
  company_only: ['회사만 쓸 수 있는 항목입니다.', 'Only a company has this.'],
  company_code: ['회사 코드는 8자리입니다.', 'A company code has eight characters.'],
  carrier_missing: ['기사를 승인한 소속 운수회사가 없습니다.', 'No carrier has accepted this driver.'],
  business_number_missing: ['사업자등록번호가 없습니다.', 'The business registration number is missing.'],
  audit_subject: ['종류:ID 형식이어야 합니다. 예: order:0190…', 'Write it as kind:id, such as order:0190….'],
  search_text: [
    '찾을 말을 조금 더 길게 써 주세요.',
    'What is searched for is too short, or no text that an account has.',
  ],
} as const satisfies RuleTexts;
