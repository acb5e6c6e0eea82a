import type { noticeChannels } from '../../schema/outbox.ts';

export type NoticeChannel = (typeof noticeChannels)[number];

/** What one person is sent, as it is: a mail or a text message. */
export interface Notice {
  /** Ours; a provider that knows it again sends it once. */
  id: string;
  channel: NoticeChannel;
  /** An e-mail address, or a number as E.164. */
  address: string;
  subject: string;
  /** Plain text; of a text message the whole of it. */
  body: string;
}

/**
 * The provider did not answer, or asked to be asked later: the same notice may be tried again. Its message is logged, so it says what a
 * provider answered by its codes alone: providers repeat addresses in their words, and their errors are no `cause`.
 */
export class NoticesUnavailable extends Error {
  override name = 'NoticesUnavailable';
}

/** The provider will never take this notice: its address is none, or is barred. Its message is logged, as that of NoticesUnavailable. */
export class NoticeRefused extends Error {
  override name = 'NoticeRefused';
}
