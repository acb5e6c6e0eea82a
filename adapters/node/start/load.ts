import { existsSync } from 'node:fs';
import { programs } from './programs.ts';
import { importQuickly, keepCompiled } from './quick-imports.ts';

type Programs = typeof programs;

/**
 * Loads a program: from the one file that a release has made of it (`local/release/bundle.ts`), or module by module, as the tree has them.
 *
 * @returns what its module exports; a process is under way by then
 */
export async function load<Name extends keyof Programs>(
  name: Name,
): Promise<Awaited<ReturnType<Programs[Name]['load']>>> {
  const file = new URL(`../${name}.bundle.js`, import.meta.url);
  if (!existsSync(file)) {
    importQuickly();
    return programs[name].load() as never;
  }
  keepCompiled();
  return import(file.href) as never;
}
