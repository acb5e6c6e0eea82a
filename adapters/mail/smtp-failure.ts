import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';

/** What nodemailer says of a failure, as far as it is no words of the server's: those repeat addresses. */
interface SmtpFailure {
  /** `ECONNECTION`, `EAUTH`, `EENVELOPE` … */
  code?: unknown;
  /** The server's reply (RFC 5321, section 4.2). */
  responseCode?: unknown;
  command?: unknown;
  rejectedErrors?: readonly SmtpFailure[];
}

/**
 * A failure to hand a mail over. For good is what the server says of this recipient or this message, by a reply of 5xx; what it says of us
 * (log-in, sender) somebody mends, so it may be tried again, as after a 4xx and anything on the way.
 */
export function mailFailure(error: unknown): NoticeRefused | NoticesUnavailable {
  if (error instanceof NoticeRefused || error instanceof NoticesUnavailable) return error;
  const failure = Object(error) as SmtpFailure;
  const { code, responseCode, command } = failure.rejectedErrors?.[0] ?? failure;
  const words = [command, responseCode ?? code].filter((word) => typeof word === 'string' || typeof word === 'number');
  const said = `mail: ${words.join(' ') || 'the connection broke'}`;
  const isForGood = Number(responseCode) >= 500 && /^(?:RCPT TO|DATA|BDAT)$/u.test(String(command));
  return isForGood ? new NoticeRefused(said) : new NoticesUnavailable(said);
}
