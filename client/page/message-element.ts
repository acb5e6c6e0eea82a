import { element, icon } from './dom.ts';
import { filesElement } from './message-files.ts';
import type { FileLoader } from './message-files.ts';
import type { OutgoingMessage } from './room.ts';
import type { LoggedMessage } from './room-log.ts';
import { contentOf } from './said.ts';
import { timeText } from './time.ts';
import { isAboutContent, refusalText, systemText } from './words.ts';
import type { Language, Words } from './words.ts';

export interface MessageActions {
  edit: (message: LoggedMessage) => void;
  remove: (message: LoggedMessage) => void;
  retry: (outgoing: OutgoingMessage) => void;
  /** Writes a refused text anew. */
  rewrite: (outgoing: OutgoingMessage) => void;
  discard: (outgoing: OutgoingMessage) => void;
}

export interface MessageContext {
  words: Words;
  language: Language;
  actions: MessageActions;
  loader: FileLoader;
  /** Whose message follows which: the name stands over the first of a run, the time under the last. */
  first: boolean;
  last: boolean;
  mine: boolean;
  author: string;
  readByOthers: boolean;
  changeable: boolean;
}

export function systemElement(message: LoggedMessage, { words }: Pick<MessageContext, 'words'>): HTMLLIElement {
  return element(
    'li',
    { class: 'system', 'data-seq': message.seq },
    element('span', {}, systemText(words, message.body)),
  );
}

/** A text in the log, or files. */
export function messageElement(message: LoggedMessage, context: MessageContext): HTMLLIElement {
  const { words, language, mine, last, author, first, readByOthers, changeable, actions } = context;
  const deleted = message.deletedAt !== undefined;
  const content = contentOf(message);
  const bubble = element(
    'div',
    { class: deleted ? 'bubble deleted' : 'bubble' },
    deleted ? words.deleted : content.text,
  );
  const hasBubble = deleted || content.text !== '';
  const meta = element(
    'span',
    { class: 'meta' },
    message.editedAt !== undefined && !deleted && element('span', {}, words.edited),
    mine && !deleted && mark(readByOthers ? 'checks' : 'check', readByOthers ? words.read : words.delivered),
    last && element('time', { datetime: message.at }, timeText(message.at, language)),
  );
  const menu =
    changeable &&
    !deleted &&
    actionsOf(words, [
      ...(message.kind === 'text' ? [[words.edit, 'edit', () => actions.edit(message)] as const] : []),
      [words.remove, 'remove', () => actions.remove(message)],
    ]);
  return element(
    'li',
    {
      class: classes('message', { mine, first, last }),
      'data-seq': message.seq,
      'data-id': `${message.from} ${message.id}`,
    },
    element('span', { class: mine || !first ? 'author for-readers' : 'author' }, mine ? words.you : author),
    !deleted && filesElement(content.files, context),
    element('div', { class: 'line' }, hasBubble && bubble, meta, menu),
  );
}

/** A text of one's own that is not in the log: it is under way, or was refused. */
export function outgoingElement(
  outgoing: OutgoingMessage,
  context: Pick<MessageContext, 'words' | 'actions' | 'first'> & { account: string },
): HTMLLIElement {
  const { words, first, account } = context;
  const { entry, refusal } = outgoing;
  return element(
    'li',
    {
      class: classes('message', { mine: true, first, last: true, pending: !refusal, failed: refusal !== undefined }),
      'data-id': `${account} ${entry.id}`,
    },
    element('span', { class: 'author for-readers' }, words.you),
    element(
      'div',
      { class: 'line' },
      element('div', { class: 'bubble' }, outgoingText(entry, words)),
      element('span', { class: 'meta' }, refusal ? words.failed : mark('clock', words.sending)),
    ),
    refusal && refusalElement(outgoing, refusal, context),
  );
}

/** Why a text was refused, and what may be done with it. */
function refusalElement(
  outgoing: OutgoingMessage,
  refusal: NonNullable<OutgoingMessage['refusal']>,
  { words, actions }: Pick<MessageContext, 'words' | 'actions'>,
): HTMLElement {
  const button = (label: string, act: (outgoing: OutgoingMessage) => void) =>
    element('button', { class: 'link', type: 'button', on: { click: () => act(outgoing) } }, label);
  return element(
    'div',
    { class: 'rescue' },
    element('p', {}, refusalText(words, refusal)),
    isAboutContent(refusal) ? button(words.correct, actions.rewrite) : button(words.retry, actions.retry),
    button(words.discard, actions.discard),
  );
}

/** A message of one's own with files is shown by their number until the log has it. */
const outgoingText = ({ body = '', files = [] }: OutgoingMessage['entry'], words: Words): string =>
  [body, files.length > 0 ? words.files(files.length) : ''].filter((text) => text !== '').join('\n');

function mark(drawing: 'check' | 'checks' | 'clock', meaning: string): HTMLElement {
  return element(
    'span',
    { class: `mark-${drawing}`, title: meaning },
    icon(drawing),
    element('span', { class: 'for-readers' }, meaning),
  );
}

function actionsOf(
  words: Words,
  entries: readonly (readonly [label: string, drawing: 'edit' | 'remove', act: () => void])[],
): HTMLElement {
  return element(
    'span',
    { class: 'actions', role: 'group', 'aria-label': words.actions },
    ...entries.map(([label, drawing, act]) =>
      element(
        'button',
        { class: 'round small', type: 'button', 'aria-label': label, title: label, on: { click: act } },
        icon(drawing),
      ),
    ),
  );
}

const classes = (name: string, others: Record<string, boolean>): string =>
  [name, ...Object.entries(others).flatMap(([each, applies]) => (applies ? [each] : []))].join(' ');
