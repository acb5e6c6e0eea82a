import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Servers live in sbin, which an ordinary user's PATH often leaves out; Homebrew's folders likewise.
const extraFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/opt/homebrew/bin', '/opt/homebrew/sbin'];

/** The full path of a program, or undefined where the machine has none. */
export function findProgram(...names: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...extraFolders];
  for (const name of names) {
    for (const folder of folders) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here: the next folder.
      }
    }
  }
  return undefined;
}
