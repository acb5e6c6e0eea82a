import { z } from '@hono/zod-openapi';
import type { Transaction } from '../../db/engine/client.ts';
import { countTry, findNewestCode, useCode } from '../../db/codes.ts';
import type { CodePurpose } from '../../db/codes.ts';
import type { AccountId, CodeId } from '../../schema/ids.ts';
import { rule } from '../http/validation.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { isCode, targetHashes } from './code-hashes.ts';

/** How often a code may be tried: with ten codes a day to one target, fifty guesses at a million. */
const triesAtMost = 5;

/** Six digits, of any width, as they were sent. */
export const code = z
  .string()
  .max(64)
  .transform((text) => text.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}]/gu, ''))
  .refine((text) => /^\d{6}$/u.test(text), rule('code'))
  .openapi({ type: 'string', minLength: 6, maxLength: 64, example: '123456' });

/** A code that was right, and is still to be used up. */
export interface RightCode {
  id: CodeId;
  /** Whose it is: of whoever asked, logged in, or whom it found. */
  accountId: AccountId | null;
}

/**
 * Whether this is the code that was sent to a target for a purpose. The try counts at once, whatever comes after it. Problem:
 * `invalid_code`, whatever is wrong.
 *
 * @param accountId who has to have asked for it: nobody else's try counts
 */
export async function checkCode(
  ports: Pick<Ports, 'db' | 'clock' | 'keys'>,
  {
    purpose,
    target,
    code: given,
    accountId,
  }: { purpose: CodePurpose; target: string; code: string; accountId?: AccountId },
): Promise<RightCode> {
  const now = toInstant(ports.clock.now());
  const found = await findNewestCode(ports.db, await targetHashes(ports, target), purpose);
  if (accountId !== undefined && found?.accountId !== accountId) throw new Problem('invalid_code');
  if (found === undefined || !(await countTry(ports.db, found.id, now, triesAtMost))) throw new Problem('invalid_code');
  const { id, codeHash } = found;
  if (!(await isCode(ports, id, given, codeHash))) throw new Problem('invalid_code');
  return { id, accountId: found.accountId };
}

/** Uses a right code up, in the change that it is for: it is good once. Problem: `invalid_code`. */
export async function takeCode(tx: Transaction, { id }: RightCode, at: string): Promise<void> {
  if (!(await useCode(tx, id, at))) throw new Problem('invalid_code');
}
