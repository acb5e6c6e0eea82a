import type { Notice } from './notice.ts';

/** The notice as it leaves: a mail says below its text, in one way for all languages, who sends it and where that is. */
export const signedMail = (notice: Notice, publicOrigin: string): Notice =>
  notice.channel === 'email' ? { ...notice, body: `${notice.body}\n\n-- \nKingBus\n${publicOrigin}\n` } : notice;
