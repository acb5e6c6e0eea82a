import { z } from '@hono/zod-openapi';
import { proveContact, setPasswordOfReached } from '../../db/contacts.ts';
import { contact } from '../accounts/fields.ts';
import { password } from '../accounts/password-policy.ts';
import { checkNewPassword } from '../accounts/reset-password.ts';
import { change } from '../changes/change.ts';
import { code, takeCode } from '../codes/check-code.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { lockOut } from '../identity/lock-out.ts';
import type { Ports } from '../ports.ts';
import { findRecovered, recoveriesFromOneNetwork } from './recovered-account.ts';

const passwordRecovery = z.strictObject({ target: contact, code, password }).openapi('PasswordRecovery');

/**
 * Gives an account another password, by a code that was sent where it is reached, which is proven with that; ends all of its sessions
 * and keys, and tells its owner wherever they are reached. Problems: `invalid_code`, `validation_failed`.
 *
 * @param whileWanted see `Passwords`
 */
export async function recoverPassword(
  ports: Ports,
  actor: Actor,
  { password: secret, target, code: given }: z.output<typeof passwordRecovery>,
  whileWanted?: AbortSignal,
): Promise<void> {
  const { code, account } = await findRecovered(ports, { purpose: 'reset_password', target, code: given });
  checkNewPassword(account, secret, '/password');
  const hash = await ports.passwords.hash(secret, whileWanted);
  await change(ports, actor, async (tx, record) => {
    await takeCode(tx, code, record.at);
    // It was looked at before the password was hashed, which takes a while: an account that was given another address is nobody's to reset here.
    if (!(await setPasswordOfReached(tx, account.id, target, hash))) throw new Problem('invalid_code');
    await proveContact(tx, account.id, target, record.at);
    record.audit({ kind: 'account', id: account.id }, 'reset_password');
    record.inform(account.id, ['email', 'sms'], { event: 'password_reset' });
    await lockOut(tx, record, account.id);
  });
}

export const recoverPasswordEndpoint = endpoint({
  name: 'recoverPassword',
  access: 'public',
  budget: 14,
  problems: ['invalid_code', 'too_many_requests'],
  method: 'post',
  path: '/v1/recovery/password',
  tags: ['recovery'],
  summary: 'Set a new password with a code; all sessions and keys end',
  request: { body: json(passwordRecovery) },
  answers: { 204: { description: 'The password is set' } },
  handle: async ({ ports, actor, body, c }) => {
    ports.passwords.requireTurn();
    await limitByAddress(ports, actor, 'recovery', recoveriesFromOneNetwork);
    await recoverPassword(ports, actor, body, c.req.raw.signal);
  },
});
