import { events } from '../../events/catalogue.ts';
import type { EventName } from '../../events/catalogue.ts';
import type { EventKind } from '../../events/event.ts';
import type { Language } from '../../http/language.ts';
import type { NoticeChannel } from '../notice.ts';
import { shortMessageBytes, smsBytes } from '../sms-bytes.ts';

/** Who writes, before what is written. */
const marks: Record<Language, string> = { ko: '[킹버스]', en: '[KingBus]' };

/** What stands before a reason; a text message has no room for one. */
const reasons: Record<Language, string> = { ko: '사유:', en: 'Reason:' };

/**
 * The text that tells somebody of an event outside the product: what happened, and in a mail why an admin decided so. Where to look a text message says as far as it stays a
 * short one; a mail says it in its signature (signed-mail.ts).
 */
export function eventText(
  event: EventName,
  {
    channel,
    language,
    publicOrigin,
    decisionReason = null,
  }: { channel: NoticeChannel; language: Language; publicOrigin: string; decisionReason?: string | null },
): { subject: string; body: string } {
  const { korean, english, tellsReason }: EventKind = events[event];
  const sentence = language === 'ko' ? korean : english;
  const subject = `${marks[language]} ${sentence}`;
  if (channel === 'email') {
    const reason = tellsReason === true && decisionReason !== null ? `\n${reasons[language]} ${decisionReason}` : '';
    return { subject, body: sentence + reason };
  }
  const withLink = `${subject}\n${publicOrigin}`;
  return { subject, body: smsBytes(withLink) <= shortMessageBytes ? withLink : subject };
}
