/** SHA-256 of a text as MariaDB's `sha2(text, 256)` writes it: 64 hexadecimal digits. */
export async function bodyHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
