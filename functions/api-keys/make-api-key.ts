import { z } from '@hono/zod-openapi';
import { deleteKeys, insertKey, listKeys } from '../../db/api-keys.ts';
import { isSessionLive } from '../../db/sessions.ts';
import type { ApiKeyId } from '../../schema/ids.ts';
import { currentPassword } from '../accounts/change-password.ts';
import { confirmPassword } from '../accounts/confirm-password.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { distinct, line, moment } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { Problem } from '../http/problems.ts';
import { rule, ruleProblem } from '../http/validation.ts';
import type { AccountActor } from '../identity/actor.ts';
import { hintOf, newApiKey } from '../identity/api-key.ts';
import { scopes } from '../identity/scopes.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { sha256 } from '../sha256.ts';
import { keysAtMost, longestMs, newApiKeySchema, usualMs } from './api-key-schema.ts';
import type { ApiKey } from './api-key-schema.ts';

const newKey = z
  .strictObject({
    name: line(60).openapi({ example: '배차 시스템' }),
    scopes: distinct(scopes)
      .refine((list) => list.length > 0, rule('no_scope'))
      .openapi({
        type: 'array',
        items: { type: 'string', enum: [...scopes] },
        minItems: 1,
      }),
    expiresAt: moment.optional().openapi({ description: 'A year from now, where it is left out; two years at most.' }),
    password: currentPassword,
  })
  .openapi('NewApiKeyRequest');

/** What ended so long ago is forgotten when the next key is made, in milliseconds. */
const keepMs = 30 * 24 * 3600 * 1000;

/**
 * Makes a key with which a program acts for the account, within its scopes, and writes to its owner of it. Nobody is shown it again: only
 * its hash is kept. Problems: `forbidden` for an admin, `unauthenticated` where the session has ended, `too_many_keys`, `validation_failed`.
 */
export async function makeApiKey(
  ports: Ports,
  actor: AccountActor,
  input: Omit<z.output<typeof newKey>, 'password'>,
): Promise<ApiKey & { key: string }> {
  const now = ports.clock.now();
  const expiresAt = input.expiresAt ?? toInstant(now + usualMs);
  if (Date.parse(expiresAt) <= now) throw ruleProblem('/expiresAt', 'in_the_past');
  if (Date.parse(expiresAt) > now + longestMs) throw ruleProblem('/expiresAt', 'key_too_long');

  const key = newApiKey();
  const id = ports.newId<ApiKeyId>();
  const row = { id, name: input.name, hint: hintOf(key), scopes: input.scopes, createdAt: toInstant(now), expiresAt };
  const hash = await sha256(key);
  await change(
    ports,
    actor,
    async (tx, record) => {
      const { accountId, role, sessionId } = actor;
      if (role === 'admin') throw new Problem('forbidden');
      // A token outlives its session by minutes, and a key would outlive that by years: who was logged out makes none.
      if (!(await isSessionLive(tx, sessionId))) throw new Problem('unauthenticated');
      const keys = await listKeys(tx, accountId);
      const endedAt = (each: (typeof keys)[number]) => Date.parse(each.revokedAt ?? each.expiresAt ?? '');
      const live = keys.filter((each) => each.revokedAt === null && !(endedAt(each) <= now));
      if (live.length >= keysAtMost) throw new Problem('too_many_keys');
      const old = keys.filter((each) => endedAt(each) < now - keepMs);
      if (old.length > 0)
        await deleteKeys(
          tx,
          old.map((each) => each.id),
        );
      await insertKey(tx, { ...row, accountId, hash });
      record.audit({ kind: 'api_key', id }, 'make', { scopes: input.scopes, expiresAt });
      record.event([accountId], { event: 'api_key_made', key: id });
      record.inform(accountId, ['email'], { event: 'api_key_made', key: id });
    },
    { changesActor: true },
  );
  return { ...row, lastUsedAt: null, lastUsedFrom: null, revokedAt: null, key };
}

export const makeApiKeyEndpoint = endpoint({
  name: 'makeApiKey',
  access: 'account',
  budget: 10,
  problems: ['wrong_password', 'forbidden', 'too_many_keys', 'too_many_requests'],
  method: 'post',
  path: '/v1/me/api-keys',
  tags: ['api-keys'],
  summary: 'Make a key for a program of mine; it is shown once',
  request: { body: json(newKey) },
  answers: { 201: { description: 'The key', body: newApiKeySchema } },
  handle: async ({ ports, actor, body: { password, ...body }, c }) => {
    await limitByAddress(ports, actor, 'api-keys', { attempts: 30, seconds: 3600 });
    await confirmPassword(c, ports, actor, password);
    return makeApiKey(ports, actor, body);
  },
});
