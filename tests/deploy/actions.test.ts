import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { execa } from 'execa';
import { checkout } from '../../local/folder.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-actions-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What is run in the shell of install.sh, with its actions. */
async function inShell(script: string): Promise<string> {
  const lines = ['set -euo pipefail', 'dry_run=', 'source deploy/install/actions.sh', script];
  const { stdout } = await execa('bash', ['-c', lines.join('\n')], {
    cwd: checkout,
    env: { FILE: join(folder, 'file') },
  });
  return stdout;
}
const owner = '"$(stat -c %U:%G .)"';
const hasChanged = 'if has_changed "$FILE"; then echo changed; else echo as it was; fi';

/** In whatever way a step gives it what is to be written. */
const ways: [how: string, words: (text: string) => string][] = [
  ['from a command', (text) => `printf '%s\\n' ${text} | put "$FILE" 600 ${owner}`],
  ['from a group of commands', (text) => `{ printf %s ${text}; echo; } | put "$FILE" 600 ${owner}`],
  ['from a shell of its own', (text) => `( printf '%s\\n' ${text} ) | put "$FILE" 600 ${owner}`],
  ['from a text', (text) => `put "$FILE" 600 ${owner} <<<${text}`],
  ['from a file', (text) => `printf '%s\\n' ${text} >"$FILE.from"; put "$FILE" 600 ${owner} <"$FILE.from"`],
  ['as a setting', (text) => `set_settings "$FILE" 600 ${owner} NAME=${text}`],
];

test.each(ways)('install.sh knows what it has written %s, and what was there already', async (_, words) => {
  expect(await inShell(`${words('one')}\n${hasChanged}`)).toMatch(/\nchanged$/u);
  expect(await inShell(`${words('one')}\n${hasChanged}`)).toBe('as it was');
  expect(await inShell(`${words('two')}\n${hasChanged}`)).toMatch(/\nchanged$/u);
});
