import { z } from '@hono/zod-openapi';
import { contact } from '../accounts/fields.ts';
import { change } from '../changes/change.ts';
import { code, takeCode } from '../codes/check-code.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import type { Actor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { findRecovered, recoveriesFromOneNetwork } from './recovered-account.ts';

const usernameRecovery = z.strictObject({ target: contact, code }).openapi('UsernameRecovery');

/** The usernames of whoever has this address or number, proven by a code that was sent there. Problem: `invalid_code`. */
export async function findUsername(
  ports: Ports,
  actor: Actor,
  input: z.output<typeof usernameRecovery>,
): Promise<{ usernames: string[] }> {
  const { code, account } = await findRecovered(ports, { purpose: 'find_username', ...input });
  await change(ports, actor, async (tx, record) => {
    await takeCode(tx, code, record.at);
    record.audit({ kind: 'account', id: account.id }, 'find_username');
  });
  return { usernames: [account.username] };
}

export const findUsernameEndpoint = endpoint({
  name: 'findUsername',
  access: 'public',
  budget: 7,
  problems: ['invalid_code', 'too_many_requests'],
  method: 'post',
  path: '/v1/recovery/username',
  tags: ['recovery'],
  summary: 'Find my username with a code',
  request: { body: json(usernameRecovery) },
  answers: {
    200: {
      description: 'The usernames',
      body: z.object({ usernames: z.array(z.string()) }).openapi('Usernames'),
    },
  },
  handle: async ({ ports, actor, body }) => {
    await limitByAddress(ports, actor, 'recovery', recoveriesFromOneNetwork);
    return findUsername(ports, actor, body);
  },
});
