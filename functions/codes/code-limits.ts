import { limitOver } from '../http/limit-attempts.ts';
import type { Limited } from '../http/limit-attempts.ts';
import { networkOf } from '../http/network-of.ts';
import type { Limit, Ports } from '../ports.ts';
import { noticeChannelOf } from '../accounts/fields.ts';
import { targetHashes } from './code-hashes.ts';

const [minute, hour, day] = [60, 3600, 24 * 3600];

/** Codes to one address or number: nobody's telephone is a plaything. */
export const codesToOneTarget: readonly Limit[] = [
  { attempts: 1, seconds: minute },
  { attempts: 5, seconds: hour },
  { attempts: 10, seconds: day },
];

/** Codes that one network may ask for, for whomever. */
export const codesFromOneNetwork: readonly Limit[] = [
  { attempts: 30, seconds: hour },
  { attempts: 100, seconds: day },
];

/** Text messages with codes in a day, of all together: each costs money. */
export const textsInADay: Limit = { attempts: 5000, seconds: day };

/**
 * Counts a code before anything is looked up, so that what is refused tells nothing of who is there. Problem: `too_many_requests`.
 */
export async function limitCodes(
  ports: Pick<Ports, 'limiter' | 'log' | 'keys'>,
  from: Limited,
  target: string,
): Promise<void> {
  const [hash = ''] = await targetHashes(ports, target);
  await limitOver(ports, from, 'code', [
    ...codesFromOneNetwork.map((limit) => ({
      key: `code:from:${networkOf(from.address)}`,
      limit,
      told: limit.seconds === hour ? 'codes' : 'codes-daily',
    })),
    // Not told: somebody else may have asked for some of them.
    ...codesToOneTarget.map((limit) => ({ key: `code:to:${hash}`, limit })),
    ...(noticeChannelOf(target) === 'sms' ? [{ key: 'code:texts', limit: textsInADay }] : []),
  ]);
}
