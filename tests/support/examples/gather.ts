import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkout } from '../../../local/folder.ts';
import type { Examples, Prepare } from './example.ts';

const files = globSync('tests/*/examples.ts', { cwd: checkout }).toSorted();
const modules = await Promise.all(
  files.map(async (file) => (await import(pathToFileURL(join(checkout, file)).href)) as { examples: Examples }),
);

/** The examples of all features, by the names of their routes. */
export const examples: ReadonlyMap<string, Prepare> = new Map(modules.flatMap((each) => Object.entries(each.examples)));

/** @throws Error where the route has no example yet */
export function exampleOf(routeName: string): Prepare {
  const prepare = examples.get(routeName);
  if (prepare === undefined) throw new Error(`${routeName} has no example: put one into tests/<feature>/examples.ts`);
  return prepare;
}
