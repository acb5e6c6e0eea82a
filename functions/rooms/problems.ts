import type { ProblemTexts } from '../http/problem-texts.ts';

export const roomProblems = {
  message_conflict: [
    409,
    '같은 ID로 다른 내용의 메시지가 이미 있습니다.',
    'This message id was used with another body.',
  ],
  file_not_found: [
    404,
    '첨부할 파일이 없거나 이미 보낸 파일입니다.',
    'There is no such file to be sent here, or it was sent already.',
  ],
  message_not_found: [404, '대화방에 그런 메시지가 없습니다.', 'The room has no such message.'],
  message_not_changeable: [409, '이 메시지는 더 이상 바꿀 수 없습니다.', 'This message can no longer be changed.'],
} as const satisfies ProblemTexts;
