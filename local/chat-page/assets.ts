import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { checkout } from '../folder.ts';

/** Where the product finds what its chat page loads, from the checkout. */
export const assetsFile = 'functions/pages/chat/assets.ts';

const entry = 'client/page/main.ts';
const others = ['client/page/style.css', 'client/page/icon.svg'];

/**
 * The module that serves the chat page's scripts and its style: the TypeScript of client/ without its types, one text a
 * file, so that every runtime has them without a file system and without a build step.
 */
export function assetsText(): string {
  const bodies = new Map<string, string>();
  for (const [path, code] of modulesFrom(entry)) bodies.set(served(path), code);
  for (const path of others) bodies.set(served(path), read(path));
  const hash = createHash('sha256');
  for (const [name, body] of bodies) hash.update(`${name}\n${body}\n`);
  const lines = [...bodies].map(([name, body]) => `  [${JSON.stringify(name)}, ${JSON.stringify(body)}],`);
  return [
    '// Made from client/ by `npm run chat:assets`: change the modules there, not this file.',
    '',
    '/** Changes with any of the files. */',
    `export const assetsVersion = '${hash.digest('hex').slice(0, 12)}';`,
    '',
    '/** By path below /assets/chat/<version>/: what is served there. */',
    'export const assets: ReadonlyMap<string, string> = new Map([',
    ...lines,
    ']);',
    '',
  ].join('\n');
}

/** A module and all that it imports, as JavaScript. */
function modulesFrom(path: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(path)) return found;
  const code = stripTypeScriptTypes(read(path))
    .replaceAll(/[ \t]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trimStart();
  const imported = Array.from(
    code.matchAll(/^(?:import|\}) .*?from '(\.{1,2}\/[^']+)\.ts';$/gmu),
    ([, name]) => name ?? '',
  );
  found.set(path, code.replaceAll(/( from '\.{1,2}\/[^']+)\.ts';/gu, "$1.js';"));
  for (const name of imported) modulesFrom(join(dirname(path), `${name}.ts`), found);
  return found;
}

const read = (path: string): string => readFileSync(join(checkout, path), 'utf8');

const served = (path: string): string => path.replace(/^client\//u, '').replace(/\.ts$/u, '.js');
