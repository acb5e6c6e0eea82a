/** What every key begins with: by it alone a key is told from an access token, and found where it does not belong. */
export const apiKeyPrefix = 'kingbus_';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 256 random bits, and the checksum of them. */
const [randomLength, checksumLength] = [43, 6];

/** A rule for those who look for secrets. What fits it and has the right checksum is a key of ours. */
export const apiKeyForm = /^kingbus_[0-9A-Za-z]{49}$/u;

/** A new key. Only its hash is stored. */
export function newApiKey(): string {
  let random = '';
  while (random.length < randomLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      // What would make some letters likelier than others is left out.
      if (byte < 4 * alphabet.length && random.length < randomLength) random += alphabet.charAt(byte % alphabet.length);
    }
  }
  return apiKeyPrefix + random + checksumOf(random);
}

export const isApiKey = (token: string): boolean => token.startsWith(apiKeyPrefix);

/** Whether a text is a key as we make them: what is none costs no look at the database. */
export function isWellMade(key: string): boolean {
  if (!apiKeyForm.test(key)) return false;
  const random = key.slice(apiKeyPrefix.length, -checksumLength);
  return key.endsWith(checksumOf(random));
}

/** By which its owner tells a key from others: its last characters, which are of the checksum. */
export const hintOf = (key: string): string => key.slice(-4);

/** CRC-32 (ISO 3309) of the random part, in base 62, with zeros before it. */
function checksumOf(random: string): string {
  let crc = 0xff_ff_ff_ff;
  for (const byte of new TextEncoder().encode(random)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1;
  }
  let rest = (crc ^ 0xff_ff_ff_ff) >>> 0;
  let text = '';
  for (let place = 0; place < checksumLength; place++) {
    text = alphabet.charAt(rest % alphabet.length) + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}
