/** No two of these are taken for each other, read aloud or from paper: no 0 and O, no 1, I and L, no U beside V. */
const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** A code that drivers type to name a company: eight signs, of some 600 thousand million. */
export function newCompanyCode(): string {
  let code = '';
  while (code.length < 8) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      // Bytes beyond the last whole alphabet would make the first signs more frequent.
      if (byte < 240 && code.length < 8) code += alphabet[byte % alphabet.length];
    }
  }
  return code;
}

/** A code as somebody types it: `abcd-efgh` is `ABCDEFGH`. */
export const normalCompanyCode = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}]/gu, '')
    .toUpperCase();

export const isCompanyCode = (text: string): boolean => /^[A-HJKMNP-TV-Z2-9]{8}$/u.test(text);
