import { readFileSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { reasonOf, StartFault } from '../start-fault.ts';

/**
 * The text of a file that holds a secret. Where `strict`, as in production, it is refused while others can read or change it.
 *
 * @throws StartFault that names the file, and says nothing of what it holds
 */
export function readPrivateFile(path: string, { strict }: { strict: boolean }): string {
  const stats = attempt(path, () => statSync(path));
  if (!stats.isFile()) throw new StartFault([`${path}: is no file`]);
  const openness = strict ? describeOpenness(stats) : undefined;
  if (openness !== undefined) throw new StartFault([`${path}: ${openness}`]);
  return attempt(path, () => readFileSync(path, 'utf8'));
}

/**
 * What is wrong with the mode of a secret file or of a folder of them, or undefined: others have no business with it, and its
 * group has none either where the file is this process's own. Where it is another's (root's, or a credential of systemd, whose
 * access list shows as the group's bits), the group may be how this process reads it, but changes nothing.
 */
export function describeOpenness(
  { mode, uid }: Pick<Stats, 'mode' | 'uid'>,
  ourUid = process.geteuid?.() ?? 0,
): string | undefined {
  const forbidden = uid === ourUid && ourUid !== 0 ? 0o077 : 0o027;
  if ((mode & forbidden) === 0) return undefined;
  const allowed = (mode & 0o700 & ~forbidden).toString(8).padStart(4, '0');
  return `others than its owner have access to it (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): chmod ${allowed}`;
}

function attempt<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new StartFault([`${path}: ${reasonOf(error) ?? 'cannot be read'}`]);
  }
}
