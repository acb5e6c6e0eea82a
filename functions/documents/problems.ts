import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const documentProblems = {
  document_not_requested: [409, '확인을 기다리는 서류가 아닙니다.', 'The document is not waiting for verification.'],
  document_not_approved: [409, '승인된 서류가 아닙니다.', 'The document is not approved.'],
  document_not_removable: [
    409,
    '확인된 서류는 삭제할 수 없습니다. 새 서류를 올려 주세요.',
    'What was approved cannot be removed: hand in a newer one.',
  ],
  document_ended: [409, '유효기간이 지난 서류입니다.', 'The document has run out while it waited.'],
  documents_expired: [
    403,
    '유효기간이 지났거나 승인이 취소된 서류가 있어 견적을 보낼 수 없습니다. 본인 또는 소속 회사의 새 서류를 올려 주세요.',
    'One of your documents, or of your carrier’s, has expired or was revoked: you may quote again once a newer one is approved.',
  ],
} as const satisfies ProblemTexts;

export const documentRules = {
  // What an operator lacks who is to be activated, by the kind (documents-policy.ts).
  driver_licence_missing: ['확인된 운전면허증이 필요합니다.', 'An approved driver’s licence is needed.'],
  business_registration_missing: [
    '확인된 사업자등록증이 필요합니다.',
    'An approved certificate of business registration is needed.',
  ],
  transport_registration_missing: [
    '확인된 여객자동차운송사업 등록증이 필요합니다.',
    'An approved registration as a transport business is needed.',
  ],
  mutual_aid_certificate_missing: [
    '확인된 공제조합 가입증명서가 필요합니다.',
    'An approved certificate of a mutual-aid association is needed.',
  ],
  end_missing: ['이 서류에는 유효기간이 필요합니다.', 'A document of this kind needs the day of its end.'],
  end_out_of_range: ['오늘부터 50년 이내의 날짜여야 합니다.', 'It must be a day from today on, within 50 years.'],
  kind_without_vehicle: ['차량에 대한 서류가 아닙니다.', 'A document of this kind is not about one vehicle.'],
  kind_of_another_role: ['이 계정이 내는 서류가 아닙니다.', 'An account like yours hands in no document of this kind.'],
} as const satisfies RuleTexts;
