import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Clock, Notifier } from '../../functions/ports.ts';
import { composeMail } from './compose.ts';
import { isMailAddress } from './mail-settings.ts';
import type { MailSettings } from './mail-settings.ts';
import { mailFailure } from './smtp-failure.ts';
import { SmtpConnections, step } from './smtp-connections.ts';

export interface SmtpNotifier extends Notifier {
  /** Connects and logs in, as before a mail. Rejects as `send` does. */
  check(): Promise<void>;
  close(): void;
}

interface SmtpOptions {
  clock: Clock;
  /** How long one mail may take, from the first byte on, in milliseconds. */
  patienceMs?: number;
  ca?: string | undefined;
}

/**
 * Mails by SMTP (RFC 5321), with nodemailer's connection: its transports keep a queue of their own, and would still send what was given
 * up. A server knows no notice again: one whose answer was lost is sent twice, both times under the same Message-ID.
 */
export function createSmtpNotifier(
  settings: MailSettings,
  { clock, patienceMs = 10_000, ca }: SmtpOptions,
): SmtpNotifier {
  const connections = new SmtpConnections(settings, { patienceMs, ca });
  return {
    async send(notice) {
      const { address } = notice;
      if (!isMailAddress(address)) throw new NoticeRefused('mail: this is no address');
      const message = await composeMail(settings.from, notice, clock.now());
      const envelope = { from: settings.from.address, to: [address] };
      await within(patienceMs, (signal) =>
        connections.use(signal, (connection) => step(connection, (done) => connection.send(envelope, message, done))),
      );
    },
    async check() {
      await within(patienceMs, (signal) => connections.use(signal, async () => {}));
    },
    close: () => connections.close(),
  };
}

/** The work, or a failure as the port has it; NoticesUnavailable once it has taken too long, when its connection is cut. */
async function within(patienceMs: number, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    reject(new NoticesUnavailable(`mail: not taken within ${patienceMs / 1000} s`));
    giveUp.abort();
  }, patienceMs);
  try {
    await Promise.race([work(giveUp.signal), late]);
  } catch (error) {
    throw mailFailure(error);
  } finally {
    clearTimeout(timer);
  }
}
