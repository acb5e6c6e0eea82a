import { z } from '@hono/zod-openapi';
import { report, rule } from '../http/validation.ts';
import { commonPasswords } from './common-passwords.ts';

/** NIST SP 800-63B: length counts, composition does not. 10 to 128 characters, in NFC so that one keyboard is as good as another. */
export const password = z
  .string()
  .max(512)
  .refine((text) => text.isWellFormed(), rule('malformed_text'))
  .transform((text) => text.normalize('NFC'))
  .pipe(z.string().min(10).max(128))
  .openapi({ type: 'string', minLength: 10, maxLength: 128, format: 'password' });

/** Reports a password that is on the list of common ones, of one character, or made of the username. */
export function checkPassword(
  { password: text, username }: { password: string; username: string },
  context: z.RefinementCtx,
): void {
  const plain = text.toLowerCase();
  if (commonPasswords.has(plain.replace(/[\s._-]/gu, '')) || new Set(plain).size < 4) {
    report(context, 'password_common', 'password');
  } else if (plain.includes(username)) {
    report(context, 'password_contains_username', 'password');
  }
}
