export type Language = 'ko' | 'en';

const korean = {
  title: '킹버스 채팅',
  tagline: '기사님과 바로 이야기하세요',
  lead: '견적을 선택하면 대화방이 열립니다. 출발 장소부터 도착까지, 모든 약속을 한곳에서.',
  username: '아이디',
  password: '비밀번호',
  logIn: '로그인',
  loggingIn: '로그인 중…',
  logOut: '로그아웃',
  otherLanguage: 'English',
  rooms: '대화방',
  noRooms: '아직 대화방이 없습니다.',
  noRoomsWhy: '견적을 선택하면 기사님과의 대화방이 여기에 열립니다.',
  chooseRoom: '대화방을 선택하세요',
  back: '대화방 목록으로',
  unread: (count: number) => `읽지 않은 메시지 ${count}개`,
  online: '접속 중',
  offline: '오프라인',
  presenceUnknown: '연결되면 접속 상태가 표시됩니다',
  lastSeen: (when: string) => `${when} 접속`,
  write: '메시지를 입력하세요',
  send: '보내기',
  sending: '보내는 중',
  delivered: '전송됨',
  read: '읽음',
  failed: '보내지 못했습니다',
  refused: {
    contentRule: '이 내용은 보낼 수 없습니다.',
    blank: '보이는 글자가 없습니다.',
    too_long: '4,000자를 넘습니다.',
    not_found: '이 대화방에는 더 이상 쓸 수 없습니다.',
    message_not_found: '메시지를 찾을 수 없습니다.',
    not_changeable: '보낸 지 15분이 지났거나 이미 삭제된 메시지입니다.',
    other: '서버가 받지 않았습니다.',
  },
  notEdited: '수정하지 못했습니다.',
  notRemoved: '삭제하지 못했습니다.',
  editAgain: '다시 수정',
  correct: '고쳐 쓰기',
  dismiss: '닫기',
  retry: '다시 보내기',
  discard: '지우기',
  edit: '수정',
  remove: '삭제',
  actions: '메시지 관리',
  editing: '메시지 수정 중',
  cancel: '취소',
  save: '저장',
  removeQuestion: '이 메시지를 삭제할까요?',
  removeWhy: '상대방에게도 보이지 않게 됩니다.',
  edited: '수정됨',
  deleted: '삭제된 메시지입니다',
  typing: (name: string) => `${name} 님이 입력하고 있습니다`,
  connecting: '연결하는 중…',
  reconnecting: '연결이 끊겼습니다. 다시 연결하고 있습니다…',
  reconnectNow: '지금 연결',
  waitingOnes: (count: number) => `보내지 않은 메시지 ${count}개는 연결되면 보냅니다.`,
  sessionEnded: '로그인이 끝났습니다. 다시 로그인해 주세요.',
  unreachable: '서버에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  wrongOrigin: '이 주소에서는 채팅에 연결할 수 없습니다. 다음 주소로 열어 주세요:',
  newMessages: '새 메시지',
  unreadFrom: '여기부터 읽지 않음',
  beginning: '대화의 시작입니다',
  loading: '이전 메시지를 불러오는 중…',
  notLoaded: '이전 메시지를 불러오지 못했습니다.',
  loadOlder: '이전 메시지 불러오기',
  roomsNotLoaded: '대화방 목록을 모두 불러오지 못했습니다.',
  tryAgain: '다시 시도',
  toComposer: '메시지 입력으로 건너뛰기',
  messages: (name: string) => `${name} 님과의 메시지. 위아래 화살표로 이동합니다.`,
  accountChanged: '다른 계정으로 바뀌었습니다',
  accountChangedWhy: (name: string) =>
    `이 브라우저의 다른 탭에서 다른 계정으로 로그인했습니다. ${name} 님의 대화는 여기서 멈췄고, 다른 사람의 이름으로는 아무것도 보내지 않았습니다. 보내지 못한 메시지는 이 브라우저에 남아 있습니다.`,
  continueAsOther: '지금 로그인된 계정으로 계속',
  logInAs: (name: string) => `${name} 님으로 다시 로그인`,
  logOutPending: '로그아웃이 아직 끝나지 않았습니다. 서버에 연결되면 다른 일보다 먼저 끝냅니다.',
  logOutDone: '로그아웃했습니다.',
  logOutQuestion: '로그아웃할까요?',
  logOutUnsent: (count: number) => `보내지 않은 메시지 ${count}개가 이 브라우저에서 지워집니다.`,
  today: '오늘',
  yesterday: '어제',
  you: '나',
  tooLong: '메시지는 4,000자까지 보낼 수 있습니다.',
  passengers: (count: number) => `${count}명`,
  roles: { customer: '고객', driver: '기사님', company: '버스 회사', admin: '운영자' },
  quote_selected: '견적이 선택되어 대화방이 열렸습니다.',
  otherEvent: '주문 상태가 바뀌었습니다.',
};

const english: typeof korean = {
  title: 'KingBus chat',
  tagline: 'Talk to your driver',
  lead: 'Select a quote and a room opens. From the meeting point to the last stop, every arrangement in one place.',
  username: 'Username',
  password: 'Password',
  logIn: 'Log in',
  loggingIn: 'Logging in…',
  logOut: 'Log out',
  otherLanguage: '한국어',
  rooms: 'Rooms',
  noRooms: 'No rooms yet.',
  noRoomsWhy: 'Select a quote, and a room with your driver opens here.',
  chooseRoom: 'Choose a room',
  back: 'Back to the rooms',
  unread: (count) => `${count} unread`,
  online: 'Online',
  offline: 'Offline',
  presenceUnknown: 'Not known while you are offline',
  lastSeen: (when) => `Last seen ${when}`,
  write: 'Write a message',
  send: 'Send',
  sending: 'Sending',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
  refused: {
    contentRule: 'This content cannot be sent.',
    blank: 'There is nothing to be seen in it.',
    too_long: 'It has more than 4,000 characters.',
    not_found: 'You can no longer write in this room.',
    message_not_found: 'The message cannot be found.',
    not_changeable: 'It is older than 15 minutes, or was deleted.',
    other: 'The server did not take it.',
  },
  notEdited: 'The change was not saved.',
  notRemoved: 'The message was not deleted.',
  editAgain: 'Edit again',
  correct: 'Rewrite',
  dismiss: 'Close',
  retry: 'Send again',
  discard: 'Discard',
  edit: 'Edit',
  remove: 'Delete',
  actions: 'Message actions',
  editing: 'Editing a message',
  cancel: 'Cancel',
  save: 'Save',
  removeQuestion: 'Delete this message?',
  removeWhy: 'It disappears for everyone in the room.',
  edited: 'edited',
  deleted: 'This message was deleted',
  typing: (name) => `${name} is typing`,
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Reconnecting…',
  reconnectNow: 'Connect now',
  waitingOnes: (count) => `${count} unsent, to go out once connected.`,
  sessionEnded: 'Your session has ended. Please log in again.',
  unreachable: 'The server cannot be reached. Please try again in a moment.',
  wrongOrigin: 'The chat does not connect from this address. Please open:',
  newMessages: 'New messages',
  unreadFrom: 'Unread from here',
  beginning: 'The conversation begins here',
  loading: 'Loading earlier messages…',
  notLoaded: 'Earlier messages could not be loaded.',
  loadOlder: 'Load earlier messages',
  roomsNotLoaded: 'Not all rooms could be loaded.',
  tryAgain: 'Try again',
  toComposer: 'Skip to the message box',
  messages: (name) => `Messages with ${name}. Up and down arrows move between them.`,
  accountChanged: 'The account has changed',
  accountChangedWhy: (name) =>
    `Somebody logged in with another account in another tab of this browser. The chat of ${name} has stopped here, and nothing was sent in another name. What was not sent is still kept in this browser.`,
  continueAsOther: 'Go on with the account that is logged in now',
  logInAs: (name) => `Log in again as ${name}`,
  logOutPending: 'The log-out is not finished yet. It will be, before anything else, once the server can be reached.',
  logOutDone: 'You are logged out.',
  logOutQuestion: 'Log out?',
  logOutUnsent: (count) => `${count} unsent will be removed from this browser.`,
  today: 'Today',
  yesterday: 'Yesterday',
  you: 'You',
  tooLong: 'A message has at most 4,000 characters.',
  passengers: (count) => `${count} passengers`,
  roles: { customer: 'Customer', driver: 'Driver', company: 'Bus company', admin: 'Admin' },
  quote_selected: 'The quote was selected: this room is open.',
  otherEvent: 'The order has changed.',
};

export type Words = typeof korean;

export const wordsOf = (language: Language): Words => (language === 'ko' ? korean : english);

/** Whether another text might be taken. */
export const isAboutContent = ({ code }: { code: string }): boolean => code === 'malformed' || code === 'invalid_body';

/** Why the server did not take a message or a change, for people. */
export function refusalText(words: Words, refusal: { code: string; reason?: string | undefined }): string {
  const { code, reason = '' } = refusal;
  const { refused } = words;
  const known: Readonly<Record<string, string>> = refused;
  return isAboutContent(refusal) ? (known[reason] ?? refused.contentRule) : (known[code] ?? refused.other);
}

/** What a system message says in the reader's language. */
export function systemText(words: Words, body: string): string {
  try {
    const { event } = JSON.parse(body) as { event?: string };
    switch (event) {
      case 'quote_selected':
        return words[event];
      default:
        return words.otherEvent;
    }
  } catch {
    return words.otherEvent;
  }
}
