import type { Context } from 'hono';
import { listLogInAddresses } from '../../db/audit.ts';
import type { AccountId } from '../../schema/ids.ts';
import { idText } from '../../schema/ids.ts';
import type { Env } from '../http/env.ts';
import { networkOf } from '../http/network-of.ts';
import { allowGuess } from './guesses.ts';
import type { AllowedGuess } from './guesses.ts';
import type { Ports } from '../ports.ts';
import { deviceOf } from './device-cookie.ts';

/**
 * Counts a guess at the password of an account, as a log-in and whatever else asks for it do: one limit for all of them. Gives the
 * device that it comes from, where that is known. Problem: `too_many_requests`.
 *
 * @param account its id; where nobody is meant, what was typed
 */
export async function allowGuessOf(
  c: Context<Env>,
  ports: Ports,
  { address, requestId }: { address: string; requestId: string },
  account: string,
): Promise<{ guess: AllowedGuess; device: string | undefined }> {
  const device = await deviceOf(c, account);
  const guess = await allowGuess(ports, { account, address, requestId, device }, () =>
    isKnownNetwork(ports, account, address),
  );
  return { guess, device };
}

/** Whether the account was logged in to from the network of this address before. */
async function isKnownNetwork({ db }: Pick<Ports, 'db'>, account: string, address: string): Promise<boolean> {
  if (!idText.test(account)) return false;
  const addresses = await listLogInAddresses(db, account as AccountId);
  return addresses.some((each) => networkOf(each) === networkOf(address));
}
