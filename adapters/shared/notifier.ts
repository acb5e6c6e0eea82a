import { NoticeRefused, NoticesUnavailable } from '../../functions/notices/notice.ts';
import type { Notice, NoticeChannel } from '../../functions/notices/notice.ts';
import { Overloaded } from '../../functions/overloaded.ts';
import type { Notifier, Ports } from '../../functions/ports.ts';
import { createDevNotifier } from './dev-notifier.ts';
import { Turns } from './turns.ts';

/** What brings notices of each channel; a channel that has none is not set up. */
export type Channels = Partial<Record<NoticeChannel, Notifier>>;

/** How many notices of a channel a process has under way at once. */
export const noticesAtOnce = 5;

/** How long one waits for its turn, in milliseconds; one that has not begun by then has not been sent, and may be tried again. */
const waitMs = 10_000;

type NotifierPorts = Pick<Ports, 'db' | 'clock' | 'log' | 'metrics' | 'settings'>;

/**
 * Notices of all channels. One that is not set up keeps its notices where a developer reads them; in production, where nobody would
 * look there, they wait in the outbox until it is. Counts what becomes of each.
 */
export function createNotifier(ports: NotifierPorts, channels: Channels = {}): Notifier {
  const otherwise = ports.settings.environment === 'production' ? notSetUp : createDevNotifier(ports);
  const turns: Record<NoticeChannel, Turns> = { email: newTurns(), sms: newTurns() };
  return {
    async send(notice) {
      const { channel } = notice;
      try {
        await inTurn(turns[channel], notice, channels[channel] ?? otherwise);
        ports.metrics.count('notices', { channel, outcome: 'sent' });
      } catch (error) {
        ports.metrics.count('notices', {
          channel,
          outcome: error instanceof NoticeRefused ? 'refused' : 'unavailable',
        });
        throw error;
      }
    },
  };
}

const newTurns = () => new Turns({ atOnce: noticesAtOnce, waiting: 1000 });

async function inTurn(turns: Turns, notice: Notice, notifier: Notifier): Promise<void> {
  try {
    await turns.take(() => notifier.send(notice), AbortSignal.timeout(waitMs));
  } catch (error) {
    throw error instanceof Overloaded ? new NoticesUnavailable('too many notices wait for their turn') : error;
  }
}

const notSetUp: Notifier = {
  send: ({ channel }) => Promise.reject(new NoticesUnavailable(`no ${channel} is set up`)),
};
