import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createNodePasswords } from '../../adapters/node/node-passwords.ts';
import type { Passwords } from '../../functions/ports.ts';
import { logIn } from '../../functions/sessions/log-in.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { sessions } from '../../schema/sessions.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, password } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';

const visitor = { kind: 'visitor', address: '192.0.2.1', requestId: 'test' } as const;
const weak = createNodePasswords({ m: 16, t: 1, p: 1 });
const strong = createNodePasswords({ m: 32, t: 1, p: 1 });

const hashOf = async ({ id }: Person): Promise<string> => {
  const [row] = await database()
    .select({ hash: accounts.passwordHash })
    .from(accounts)
    .where(eq(accounts.id, id as AccountId));
  return row?.hash ?? '';
};
const setHash = ({ id }: Person, passwordHash: string) =>
  database()
    .update(accounts)
    .set({ passwordHash })
    .where(eq(accounts.id, id as AccountId));
const sessionsOf = async ({ id }: Person) =>
  (
    await database()
      .select()
      .from(sessions)
      .where(eq(sessions.accountId, id as AccountId))
  ).length;

/** Passwords of a better cost than the account's, whose first verification is followed by `meanwhile`. */
function passwordsWith(meanwhile: () => Promise<unknown>): Passwords {
  let first = true;
  return {
    requireTurn() {},
    hash: (text) => strong.hash(text),
    async verify(text, hash) {
      const verified = await strong.verify(text, hash);
      if (first) await meanwhile();
      first = false;
      return verified;
    },
  };
}

describe('a log-in while the password is changed', () => {
  it('with the old password is refused, and does not bring the old password back', async () => {
    const customer = await newCustomer();
    const before = await sessionsOf(customer);
    const changed = await weak.hash('another horse battery');
    const { ports } = await testPorts({ passwords: passwordsWith(() => setHash(customer, changed)) });
    const input = { username: customer.account.username, password };
    await expect(logIn(ports, visitor, input)).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(await hashOf(customer)).toBe(changed);
    expect(await sessionsOf(customer)).toBe(before);
  });

  it('by another log-in, which only made its hash anew, goes on', async () => {
    const customer = await newCustomer();
    const anew = await strong.hash(password);
    const { ports } = await testPorts({ passwords: passwordsWith(() => setHash(customer, anew)) });
    const session = await logIn(ports, visitor, { username: customer.account.username, password });
    expect(session.account.id).toBe(customer.id);
    expect(await hashOf(customer)).toBe(anew);
  });

  it('makes a weak hash anew while the password is at hand', async () => {
    const customer = await newCustomer();
    const old = await hashOf(customer);
    const { ports } = await testPorts({ passwords: strong });
    await logIn(ports, visitor, { username: customer.account.username, password });
    const better = await hashOf(customer);
    expect(better).not.toBe(old);
    expect(await strong.verify(password, better)).toEqual({ valid: true, upgrade: false });
  });
});
