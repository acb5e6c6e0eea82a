import { z } from 'zod';
import type { Notifier, Ports } from '../../functions/ports.ts';
import { mailFromForm, mailUrlForm, parseMailUrl, parseSender } from '../mail/mail-settings.ts';
import type { MailSettings } from '../mail/mail-settings.ts';
import { createNotifier } from '../shared/notifier.ts';
import type { Channels } from '../shared/notifier.ts';
import { readSmsSettings, smsVariables } from '../sms/sms-settings.ts';
import { createSolapi } from '../sms/solapi.ts';
import type { SmsSettings } from '../sms/solapi.ts';
import { passwords } from './settings/forms.ts';
import { withPassword } from './settings/passwords.ts';

/** What brings mails and text messages; what is undefined is not set up. */
export interface NoticesSettings {
  mail: MailSettings | undefined;
  sms: SmsSettings | undefined;
}

/** The variables that say so (see .env.example). */
export const noticesVariables = {
  KINGBUS_MAIL_URL: z
    .string()
    .refine((url) => parseMailUrl(url) !== undefined, mailUrlForm)
    .optional(),
  KINGBUS_MAIL_PASSWORD: passwords,
  KINGBUS_MAIL_FROM: z
    .string()
    .refine((text) => parseSender(text) !== undefined, mailFromForm)
    .optional(),
  ...smsVariables,
};

type NoticesEnvironment = z.infer<z.ZodObject<typeof noticesVariables>>;

/** What the variables mean together, and what is missing, told to `context`. */
export function readNoticesSettings(env: NoticesEnvironment, context: z.RefinementCtx): NoticesSettings {
  return { mail: readMailSettings(env, context), sms: readSmsSettings(env, context) };
}

function readMailSettings(env: NoticesEnvironment, context: z.RefinementCtx): MailSettings | undefined {
  const { KINGBUS_MAIL_URL: url, KINGBUS_MAIL_FROM: sender, KINGBUS_MAIL_PASSWORD: lines } = env;
  if (url === undefined) return undefined;
  const server = parseMailUrl(withPassword(url, lines[0]));
  const from = parseSender(sender ?? '');
  if (from === undefined)
    context.addIssue({ code: 'custom', path: ['KINGBUS_MAIL_FROM'], message: 'needed for mails' });
  return server === undefined || from === undefined ? undefined : { ...server, from };
}

type NotifierPorts = Pick<Ports, 'db' | 'clock' | 'log' | 'metrics' | 'settings'>;

/** The notifier of one process. What is not set up is said at once, where people wait for it. */
export async function openNotifier(
  { mail, sms }: NoticesSettings,
  ports: NotifierPorts,
): Promise<{ notifier: Notifier; close: () => void }> {
  const channels: Channels = {};
  const smtp = mail === undefined ? undefined : await openSmtp(mail, ports);
  if (smtp !== undefined) channels.email = smtp;
  if (sms !== undefined) channels.sms = createSolapi(sms, ports);
  if (ports.settings.environment === 'production') {
    if (mail === undefined) ports.log.warn({}, `KINGBUS_MAIL_URL is not set: ${consequence}`);
    if (sms === undefined) ports.log.warn({}, `KINGBUS_SMS_KEY is not set: ${consequence}`);
  }
  return { notifier: createNotifier(ports, channels), close: () => smtp?.close() };
}

const consequence = 'nobody gets codes or news on that way';

/** Its modules are loaded where mails are sent: elsewhere none of them is. */
async function openSmtp(mail: MailSettings, { clock }: NotifierPorts) {
  const { createSmtpNotifier } = await import('../mail/smtp.ts');
  return createSmtpNotifier(mail, { clock });
}
