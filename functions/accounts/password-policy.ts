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

/** What an account is known by: none of it is a secret. */
interface Known {
  username: string;
  email: string | null;
  phone: string | null;
  displayName: string;
  businessNumber?: string;
}

/**
 * Reports a password that is on the list of common ones, of a few characters alone, or made of what the account is known by: one that
 * has it in itself, or is a part of it, however it is spaced and punctuated.
 */
export function checkPassword(
  { password: text, ...known }: Known & { password: string },
  context: z.RefinementCtx,
): void {
  const plain = text.toLowerCase();
  if (commonPasswords.has(plain.replace(/[\s._-]/gu, '')) || new Set(plain).size < 4) {
    return report(context, 'password_common', 'password');
  }
  const secret = bare(text);
  for (const [rule, words] of knownWords(known)) {
    if (words.some((word) => secret.includes(word) || word.includes(secret))) return report(context, rule, 'password');
  }
}

function knownWords({ username, email, phone, displayName, businessNumber }: Known) {
  const digits = phone?.replace(/^\+82/u, '');
  const name = bare(displayName);
  return [
    ['password_contains_username', [bare(username)].filter((word) => word.length >= 4)],
    [
      'password_contains_email',
      email === null ? [] : [bare(email), bare(email.split('@')[0] ?? '')].filter((word) => word.length >= 4),
    ],
    // With its prefix or without, and what people call their number: the part that is theirs alone.
    ['password_contains_phone', digits === undefined ? [] : [`0${digits}`, `82${digits}`, digits.slice(2)]],
    // Two Latin letters are in every other password; two syllables are a name.
    ['password_contains_name', name.length >= (/^[\p{ASCII}]*$/u.test(name) ? 4 : 2) ? [name] : []],
    ['password_contains_business_number', businessNumber === undefined ? [] : [businessNumber]],
  ] as const;
}

/** Letters and digits alone, in small letters of one width. */
const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
