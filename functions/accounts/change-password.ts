import { z } from '@hono/zod-openapi';
import { lockCredentials, setPasswordHash } from '../../db/credentials.ts';
import { endOtherSessions } from '../../db/sessions.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { confirmPassword } from './confirm-password.ts';
import { password } from './password-policy.ts';
import { checkNewPassword } from './reset-password.ts';

/** The password as it is now. */
export const currentPassword = z.string().min(1).max(512).openapi({ format: 'password' });

const passwordChange = z.strictObject({ password: currentPassword, newPassword: password }).openapi('PasswordChange');

/**
 * Puts another password in the place of the one whose hash this is. All other sessions end, and the owner is told. Problem:
 * `wrong_password` where it was changed meanwhile.
 */
export async function changePassword(
  ports: Ports,
  actor: AccountActor,
  { oldHash, secret }: { oldHash: string; secret: string },
  whileWanted?: AbortSignal,
): Promise<void> {
  const { accountId, sessionId } = actor;
  const hash = await ports.passwords.hash(secret, whileWanted);
  await change(
    ports,
    actor,
    async (tx, record) => {
      if ((await lockCredentials(tx, accountId))?.passwordHash !== oldHash) throw new Problem('wrong_password');
      await setPasswordHash(tx, accountId, hash);
      record.audit({ kind: 'account', id: accountId }, 'change_password');
      record.inform(accountId, ['email'], { event: 'credentials_changed' });
      record.sessionsEnded(accountId, await endOtherSessions(tx, accountId, sessionId, record.at));
    },
    { changesActor: true },
  );
}

export const changePasswordEndpoint = endpoint({
  name: 'changePassword',
  access: 'account',
  budget: 11,
  problems: ['wrong_password', 'too_many_requests'],
  method: 'put',
  path: '/v1/me/password',
  tags: ['accounts'],
  summary: 'Change my password; all other sessions end',
  request: { body: json(passwordChange) },
  answers: { 204: { description: 'The password is changed' } },
  handle: async ({ ports, actor, body, c }) => {
    const { passwordHash, ...account } = await confirmPassword(c, ports, actor, body.password);
    checkNewPassword(account, body.newPassword, '/newPassword');
    await changePassword(ports, actor, { oldHash: passwordHash, secret: body.newPassword }, c.req.raw.signal);
  },
});
