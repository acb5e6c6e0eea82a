import { tooManyRequests } from '../http/limit-attempts.ts';
import { networkOf } from '../http/network-of.ts';
import { Problem } from '../http/problems.ts';
import type { Limit, Ports } from '../ports.ts';
import { logSecurity } from '../security/security-events.ts';

/**
 * How often a password may be wrong for one account from one place, and how long the pause is then: minutes, then hours. A place is a
 * device that has logged in as this name before, or else the network that an address is of.
 */
export const wrongFromOnePlace: readonly Limit[] = [
  { attempts: 10, seconds: 60 },
  { attempts: 20, seconds: 900 },
  { attempts: 40, seconds: 6 * 3600 },
];

/** For one name from everywhere that does not know it: what a stranger with many networks can try. */
export const wrongFromStrangers: Limit = { attempts: 100, seconds: 3600 };

/** For all names from one network. */
export const wrongFromOneNetwork: Limit = { attempts: 60, seconds: 60 };

export interface Guess {
  /** The id of the account that is meant, however it was named; where nobody is meant, what was typed, in its normal form. */
  account: string;
  address: string;
  requestId?: string;
  /** The id of a device that has logged in as this name before. */
  device: string | undefined;
}

/** What became of a guess that was allowed. */
export interface AllowedGuess {
  /** The password was right: nothing of it counts, and what was wrong from this place before is forgotten. */
  wasRight(): Promise<void>;
  /** Nobody looked at the password. */
  wasNone(): Promise<void>;
}

/**
 * Counts a guess at a password before it is looked at, so that no number of them at once gets past, or refuses it: Problem
 * `too_many_requests` with `Retry-After`. A stranger's guesses never keep the owner's own devices out, nor the networks from which
 * the name has logged in: each is a place of its own.
 *
 * @param isKnownPlace whether the name has logged in from the network of this address before; asked only where it decides
 */
export async function allowGuess(
  { limiter, log }: Pick<Ports, 'limiter' | 'log'>,
  { account, address, requestId, device }: Guess,
  isKnownPlace: () => Promise<boolean>,
): Promise<AllowedGuess> {
  const network = networkOf(address);
  const place = device === undefined ? `guess:${account}:from:${network}` : `guess:${account}:by:${device}`;
  const fromPlace = wrongFromOnePlace.map((limit): Count => [place, limit]);
  const taken: Count[] = [];
  const giveBack = (all: boolean) =>
    Promise.all(taken.map(([key, limit]) => limiter.giveBack(key, limit, all && key === place ? 'all' : 'one')));
  const refuse = async (of: 'place' | 'network' | 'name', seconds: number): Promise<never> => {
    logSecurity(log, 'authn_login_fail_max', { of, seconds, address, requestId });
    // At a guess that is refused nobody looks: it shuts no other name out of this network.
    await giveBack(false);
    throw tooManyRequests(seconds);
  };
  // The shortest pause first: who is refused by it does not lengthen the next.
  for (const [key, limit] of [[`log-in:${network}`, wrongFromOneNetwork] as Count, ...fromPlace]) {
    const { allowed, retryAfterSeconds } = await limiter.take(key, limit);
    if (!allowed) await refuse(key === place ? 'place' : 'network', retryAfterSeconds);
    taken.push([key, limit]);
  }
  if (device === undefined) {
    const key = `guess:${account}`;
    const { allowed, retryAfterSeconds } = await limiter.take(key, wrongFromStrangers);
    if (allowed) taken.push([key, wrongFromStrangers]);
    else if (!(await isKnownPlace())) await refuse('name', retryAfterSeconds);
  }
  return {
    wasRight: async () => void (await giveBack(true)),
    wasNone: async () => void (await giveBack(false)),
  };
}

/**
 * Waits for what looks at the password, and tells the guess what became of it. A Problem says that it was wrong; any other error,
 * that nobody could look.
 *
 * @param isRight whether the password was right, where that is told by the result
 */
export async function settle<Result>(
  guess: AllowedGuess,
  work: Promise<Result>,
  isRight: (result: Result) => boolean = () => true,
): Promise<Result> {
  try {
    const result = await work;
    if (isRight(result)) await guess.wasRight();
    return result;
  } catch (error) {
    if (!(error instanceof Problem)) await guess.wasNone();
    throw error;
  }
}

type Count = [key: string, limit: Limit];
