import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWrangler } from '../../local/deploy-edge/wrangler.ts';
import { checkout } from '../../local/folder.ts';
import { firstOf } from '../support/everywhere.ts';

const page = readFileSync(join(checkout, 'docs/deploy-edge.md'), 'utf8');

/** What docs/deploy-edge.md has somebody type, or speaks of, and what the help of the locked wrangler has to say of it. */
const commands: [command: string, words: string[]][] = [
  ['cert upload certificate-authority', ['--ca-cert', '--name']],
  [
    'hyperdrive create',
    [
      '--caching-disabled',
      '--origin-connection-limit',
      '--connection-string',
      '--ca-certificate-id',
      '--sslmode',
      'VERIFY_IDENTITY',
    ],
  ],
  ['r2 bucket create', []],
  ['deploy', ['--secrets-file', '--message', '--durable-objects-code-update-mode']],
  ['secret bulk', []],
  ['rollback', []],
  ['versions list', []],
  ['versions upload', []],
  ['versions deploy', []],
  ['tail', ['--format', '--status']],
];

test.each(firstOf(2, commands))('wrangler %s is a command, with all that the page says: %j', async (command, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-wrangler-'));
  try {
    const wrangler = createWrangler(new AbortController().signal);
    const { output, failed } = await wrangler.check([...command.split(' '), '--help'], folder);
    expect(failed, output).toBe(false);
    // Where there is no such command, it is the help of the group, or of all.
    expect(output).toMatch(new RegExp(`^wrangler ${command}(?: |$)`, 'mu'));
    for (const word of words) {
      expect(page).toContain(word);
      expect(output).toMatch(new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'u'));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('these are the commands that the page has somebody type', () => {
  const typed = [...page.matchAll(/(?:npx wrangler|(?<=`|&& )w) ((?:[a-z][a-z\d-]* ?)+)/gmu)].map(
    ([, words = '']) => words,
  );
  const known = commands.map(([command]) => command);
  const unknown = typed.filter((words) => !known.some((command) => `${words} `.startsWith(`${command} `)));
  expect(unknown).toEqual(['login']);
});
