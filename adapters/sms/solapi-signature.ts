/** Whose key signs. */
export interface SolapiKey {
  key: string;
  secret: string;
}

/**
 * The `Authorization` of one request (https://developers.solapi.com/references/authentication/api-key): an HMAC of its time and of a salt
 * that is used once. The time may be off by a quarter of an hour.
 */
export async function signRequest({ key, secret }: SolapiKey, date: string, salt: string): Promise<string> {
  return `HMAC-SHA256 apiKey=${key}, date=${date}, salt=${salt}, signature=${await hmac(secret, date + salt)}`;
}

async function hmac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
