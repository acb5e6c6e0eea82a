import { z } from '@hono/zod-openapi';
import { findAccountByContact } from '../../db/contacts.ts';
import { insertCode } from '../../db/codes.ts';
import type { CodePurpose } from '../../db/codes.ts';
import type { CodeId } from '../../schema/ids.ts';
import { contact, noticeChannelOf } from '../accounts/fields.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { languageOf } from '../http/language.ts';
import type { Language } from '../http/language.ts';
import type { AccountActor, VisitorActor } from '../identity/actor.ts';
import { toInstant } from '../instant.ts';
import { codeText } from '../notices/texts/codes.ts';
import type { Ports } from '../ports.ts';
import { codeHash, newCode, targetHashes } from './code-hashes.ts';
import { limitCodes } from './code-limits.ts';

/** How long a code is good for, in seconds. */
const codeSeconds = 300;

const codeRequest = z
  .strictObject({ purpose: z.enum(['register', 'find_username', 'reset_password']), target: contact })
  .openapi('CodeRequest');

const codeAnswer = z
  .object({ expiresIn: z.int().openapi({ description: 'Seconds until a code that was sent ends.' }) })
  .openapi('CodeSent');

type CodeSent = z.infer<typeof codeAnswer>;

/**
 * Sends a code to an address or a number; a newer one takes the place of an older. Of who is there neither the answer nor the work tells
 * anything: to register or to change, whoever is reached there gets one; to recover an account it is made all the same, and sent
 * where there is an account. No code recovers an admin's: a telephone number is stolen too easily. Problem: `too_many_requests`.
 */
export async function sendCode(
  ports: Ports,
  actor: VisitorActor | AccountActor,
  { purpose, target }: { purpose: CodePurpose; target: string },
  language: Language,
): Promise<CodeSent> {
  await limitCodes(ports, actor, target);
  const recovers = purpose === 'find_username' || purpose === 'reset_password';
  const found = recovers ? await findAccountByContact(ports.db, target) : undefined;
  const recovered = found === undefined || found.role === 'admin' ? undefined : found.id;

  const [id, code] = [ports.newId<CodeId>(), newCode()];
  const [targetHash = ''] = await targetHashes(ports, target);
  const hash = await codeHash(ports, id, code);
  const channel = noticeChannelOf(target);
  await change(ports, actor, async (tx, record) => {
    await insertCode(tx, {
      id,
      purpose,
      channel,
      targetHash,
      codeHash: hash,
      accountId: actor.kind === 'account' ? actor.accountId : (recovered ?? null),
      createdAt: record.at,
      expiresAt: toInstant(Date.parse(record.at) + codeSeconds * 1000),
    });
    if (recovers && recovered === undefined) return;
    record.send({ channel, address: target, ...codeText({ code, purpose }, language) });
  });
  return { expiresIn: codeSeconds };
}

/** What whoever asks for a code is told. */
export const codeSent = {
  202: { description: 'A code is on its way, if it has one to go', body: codeAnswer },
} as const;

export const sendCodeEndpoint = endpoint({
  name: 'sendCode',
  access: 'public',
  budget: 4,
  problems: ['too_many_requests'],
  method: 'post',
  path: '/v1/codes',
  tags: ['recovery'],
  summary: 'Send a code to an e-mail address or a telephone: to register, or to recover an account',
  request: { body: json(codeRequest) },
  answers: codeSent,
  handle: ({ ports, actor, body, c }) => sendCode(ports, actor, body, languageOf(c)),
});
