import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Notifier } from '../../functions/ports.ts';
import type { Sender } from '../mail/mail-settings.ts';

/** How long the platform may take, in milliseconds. */
const patienceMs = 10_000;

/**
 * What Cloudflare says of this recipient, and will say again: an earlier mail came back, or was called a nuisance
 * (https://developers.cloudflare.com/email-service/api/send-emails/workers-api/). All else is about us or the moment: the sender's domain, limits,
 * outages.
 */
const suppressed = 'E_RECIPIENT_SUPPRESSED';

/** The binding, as far as it is used. */
interface MailBinding {
  send(message: {
    from: string | { name: string; email: string };
    to: string;
    subject: string;
    text: string;
    headers: Record<string, string>;
  }): Promise<unknown>;
}

/**
 * Mails through the `send_email` binding of Cloudflare's Email Service. It sets the Message-ID itself and takes no key of ours, so a mail whose
 * answer was lost may be sent twice; our id stands in `X-Kingbus-Notice`. Of headers it takes those that begin with `X-`, and few others.
 */
export function createMailBinding(binding: MailBinding, from: Sender): Notifier {
  return {
    async send({ id, address, subject, body }) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new NoticesUnavailable('mail: not taken within 10 s')), patienceMs);
      const message = {
        from: from.name === '' ? from.address : { name: from.name, email: from.address },
        to: address,
        subject: subject.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '),
        text: body,
        headers: { 'X-Auto-Response-Suppress': 'All', 'X-Kingbus-Notice': id },
      };
      try {
        await Promise.race([binding.send(message), late]);
      } catch (error) {
        throw failureOf(error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** By the code alone: the words of the platform may repeat the address. */
function failureOf(error: unknown): NoticeRefused | NoticesUnavailable {
  if (error instanceof NoticesUnavailable) return error;
  const { code } = Object(error) as { code?: unknown };
  const known = typeof code === 'string' && /^E_[A-Z_]+$/u.test(code) ? code : 'no code';
  return known === suppressed ? new NoticeRefused(`mail: ${known}`) : new NoticesUnavailable(`mail: ${known}`);
}
