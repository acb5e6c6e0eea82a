/** What accounts are looked for by, and the texts between which those stand that begin so. */
export interface Beginning {
  of: 'username' | 'email' | 'phone';
  least: string;
  beyond: string;
}

/**
 * What somebody means who types the beginning of a username, an e-mail address or a phone number: an @ tells an address, a 0 or a +
 * in front a number, in any usual writing. Undefined where nothing that is kept can begin so. Two characters at least: fewer find
 * everybody.
 */
export function beginning(text: string): Beginning | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  if (/^[+0]/u.test(plain)) {
    const digits = plain.replace(/[\s\p{Cf}\p{Pd}().]/gu, '').replace(/^(?:(?:\+|00)820?|0)/u, '+82');
    return /^\+\d{4,14}$/u.test(digits) ? between('phone', digits) : undefined;
  }
  if (!/^[\x21-\x7e]{2,254}$/u.test(plain)) return undefined;
  return between(plain.includes('@') ? 'email' : 'username', plain);
}

/** All that is kept is ASCII, compared byte by byte: DEL is behind every character of it. */
const between = (of: Beginning['of'], least: string): Beginning => ({ of, least, beyond: `${least}\x7f` });
