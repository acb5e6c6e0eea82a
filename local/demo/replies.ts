interface Reply {
  to: RegExp;
  ko: string;
  en: string;
}

const replies: readonly Reply[] = [
  {
    to: /몇 ?시|언제|시간|when|time/iu,
    ko: '출발 30분 전에 도착해서 기다리겠습니다. 늦으시면 전화 주세요.',
    en: 'I will be there 30 minutes before departure. Call me if you are late.',
  },
  {
    to: /어디|위치|장소|출구|where|meet/iu,
    ko: '서울역 서부역 쪽 버스 승강장에 대겠습니다. 차량 앞에 킹버스 표지가 있습니다. 🚌',
    en: 'At the bus stop on the west side of Seoul Station; look for the KingBus sign in the window. 🚌',
  },
  {
    to: /얼마|가격|요금|추가|price|cost|fee/iu,
    ko: '견적 금액 그대로입니다. 톨비와 주차비는 포함되어 있어요.',
    en: 'The price of the quote stands: toll and parking are in it.',
  },
  {
    to: /짐|캐리어|가방|luggage|bag/iu,
    ko: '짐칸이 넓습니다. 45인승이면 큰 캐리어 30개까지 실을 수 있어요.',
    en: 'There is room below: up to 30 large suitcases in a 45-seater.',
  },
  {
    to: /휴게소|화장실|쉬|rest|toilet|stop/iu,
    ko: '한 시간 반마다 휴게소에 들르겠습니다.',
    en: 'We stop at a rest area every hour and a half.',
  },
  { to: /감사|고마|thank/iu, ko: '제가 감사합니다. 안전하게 모시겠습니다!', en: 'Thank you! I will drive you safely.' },
  { to: /안녕|hello|^hi\b/iu, ko: '안녕하세요! 무엇이든 물어보세요.', en: 'Hello! Ask me anything.' },
];

const others: readonly Omit<Reply, 'to'>[] = [
  { ko: '네, 확인했습니다.', en: 'Yes, noted.' },
  { ko: '그 부분은 확인하고 바로 알려 드릴게요.', en: 'Let me check that and come back to you.' },
  { ko: '걱정 마세요. 준비해 두겠습니다.', en: 'No worries, I will see to it.' },
];

/** What the scripted operator answers, in the language that it was asked in. `turn` varies what it says to the rest. */
export function replyTo(text: string, turn: number): string {
  const language = /\p{Script=Hangul}/u.test(text) ? 'ko' : 'en';
  const found = replies.find(({ to }) => to.test(text)) ?? others[turn % others.length];
  return found?.[language] ?? '';
}
