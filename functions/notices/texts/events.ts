import { events } from '../../events/catalogue.ts';
import type { EventName } from '../../events/catalogue.ts';
import type { Language } from '../../http/language.ts';
import type { NoticeChannel } from '../notice.ts';
import { shortMessageBytes, smsBytes } from '../sms-bytes.ts';

/** Who writes, before what is written. */
const marks: Record<Language, string> = { ko: '[킹버스]', en: '[KingBus]' };

/**
 * The text that tells somebody of an event outside the product: what happened. Where to look a text message says as far as it stays a
 * short one; a mail says it in its signature (signed-mail.ts).
 */
export function eventText(
  event: EventName,
  { channel, language, publicOrigin }: { channel: NoticeChannel; language: Language; publicOrigin: string },
): { subject: string; body: string } {
  const { korean, english } = events[event];
  const sentence = language === 'ko' ? korean : english;
  const subject = `${marks[language]} ${sentence}`;
  if (channel === 'email') return { subject, body: sentence };
  const withLink = `${subject}\n${publicOrigin}`;
  return { subject, body: smsBytes(withLink) <= shortMessageBytes ? withLink : subject };
}
