import MailComposer from 'nodemailer/lib/mail-composer';
import type { Notice } from '../../functions/notices/notice.ts';
import type { Sender } from './mail-settings.ts';

/**
 * A notice as a message (RFC 5322). Its Message-ID is made of the notice's id, so that who gets it twice can tell; `Auto-Submitted` (RFC
 * 3834) keeps holiday answers away.
 */
export function composeMail(from: Sender, { id, address, subject, body }: Notice, now: number): Promise<Buffer> {
  const message = new MailComposer({
    from,
    to: { name: '', address },
    subject: subject.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '),
    text: body,
    date: new Date(now),
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) => {
    message.compile().build((error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}
