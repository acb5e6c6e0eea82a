import type { Context } from 'hono';
import { findCredentialsOf } from '../../db/credentials.ts';
import type { Env } from '../http/env.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import { settle } from '../identity/guesses.ts';
import { logRefusal, logSecurity, placeOf } from '../security/security-events.ts';
import { verifyPassword } from '../identity/verify-password.ts';
import type { Ports } from '../ports.ts';
import { allowGuessOf } from '../identity/known-places.ts';

type Credentials = NonNullable<Awaited<ReturnType<typeof findCredentialsOf>>>;

/**
 * Asks whoever acts for the account's password once more, before something that only its owner may do: a token that was stolen is not
 * enough. Wrong ones count with those of log-ins. Problems: `wrong_password`, `too_many_requests`, `account_suspended`.
 */
export async function confirmPassword(
  c: Context<Env>,
  ports: Ports,
  actor: AccountActor,
  password: string,
): Promise<Credentials> {
  ports.passwords.requireTurn();
  const found = await findCredentialsOf(ports.db, actor.accountId);
  if (found === undefined || found.state === 'closed') throw new Problem('unauthenticated');
  if (found.state === 'suspended') {
    logRefusal(ports.log, actor, 'suspended');
    throw new Problem('account_suspended');
  }
  const { guess } = await allowGuessOf(c, ports, actor, actor.accountId);
  const verified = verifyPassword(ports, password, found.passwordHash, c.req.raw.signal);
  if (!(await settle(guess, verified, ({ valid }) => valid)).valid) {
    logSecurity(ports.log, 'authn_login_fail', { accountId: found.id, reason: 'wrong password', ...placeOf(actor) });
    throw new Problem('wrong_password');
  }
  return found;
}
