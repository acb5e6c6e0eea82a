import { NoticesUnavailable } from '../../../functions/notices/notice.ts';
import { systemClock } from '../../shared/system-clock.ts';
import { createSolapi } from '../../sms/solapi.ts';
import type { MailSettings } from '../../mail/mail-settings.ts';
import type { SmsSettings } from '../../sms/solapi.ts';
import { StartFault } from '../start-fault.ts';
import { about } from './finding.ts';
import type { Finding } from './finding.ts';

/** Below so many KRW the account of the text messages should be filled: a few hundred of them. */
const lowBalance = 10_000;

/** Whether the mail server takes our connection, its certificate ours and our log-in its. Sends nothing. */
export async function checkMail(settings: MailSettings): Promise<Finding[]> {
  const { createSmtpNotifier } = await import('../../mail/smtp.ts');
  const smtp = createSmtpNotifier(settings, { clock: systemClock });
  try {
    await smtp.check().catch(explain);
  } finally {
    smtp.close();
  }
  return [about('mail').ok(settings.user === undefined ? 'the server is there' : 'the server takes our log-in')];
}

/** Whether the provider of text messages knows our key, and has our money. */
export async function checkSms(settings: SmsSettings): Promise<Finding[]> {
  const { ok, warning } = about('sms');
  const balance = await createSolapi(settings, { clock: systemClock }).check().catch(explain);
  return balance < lowBalance ? [warning(`only ${balance} KRW are left on its account`)] : [ok('the key is good')];
}

/** What they say is by codes alone: no value of ours stands in it. */
function explain(error: unknown): never {
  throw error instanceof NoticesUnavailable ? new StartFault([error.message]) : error;
}
