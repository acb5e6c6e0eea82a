import type { Ports } from '../ports.ts';

/**
 * However a keyboard composes what is typed: every hash of ours is of the normal form C. An older one, which asks for an upgrade,
 * is of what was typed when it was made.
 */
export async function verifyPassword(
  { passwords }: Pick<Ports, 'passwords'>,
  typed: string,
  hash: string | undefined,
  whileWanted: AbortSignal | undefined,
): Promise<{ valid: boolean; upgrade: boolean }> {
  const composed = typed.normalize('NFC');
  const found = await passwords.verify(composed, hash, whileWanted);
  if (found.valid || !found.upgrade) return found;
  const others = new Set([typed, typed.normalize('NFD')].filter((each) => each !== composed));
  for (const other of others) {
    if ((await passwords.verify(other, hash, whileWanted)).valid) return { valid: true, upgrade: true };
  }
  return found;
}
