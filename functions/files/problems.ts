import type { ProblemTexts, RuleTexts } from '../http/problem-texts.ts';

export const fileProblems = {
  file_in_use: [409, '이미 사용 중인 파일입니다.', 'The file is in use.'],
  file_type_not_accepted: [
    415,
    '이 용도로는 받을 수 없는 파일 형식입니다.',
    'A file of this kind is not accepted for this purpose.',
  ],
  range_not_satisfiable: [416, '요청한 범위가 파일에 없습니다.', 'The file has no byte in this range.'],
  picture_too_large: [422, '사진의 화소 수가 너무 많습니다.', 'The picture has too many pixels.'],
  picture_unreadable: [422, '사진을 읽을 수 없습니다.', 'The picture cannot be read.'],
  storage_full: [507, '파일을 저장할 공간이 없습니다.', 'There is no room left for files.'],
} as const satisfies ProblemTexts;

export const fileRules = {
  room_of_file: [
    '대화에 보내는 파일에만, 그 대화방을 적어 주세요.',
    'A file for a chat names its room, and no other file does.',
  ],
} as const satisfies RuleTexts;
