// `npm run check`: lint, format, types, and secrets that nobody should commit, side by side. All are reported, whichever fail.
import { execa } from 'execa';
import { checkout } from './folder.ts';

const checks = [
  { name: 'lint', command: 'oxlint', words: [] },
  { name: 'format', command: 'oxfmt', words: ['--check', '.'] },
  { name: 'types', command: 'tsc', words: ['--noEmit'] },
  { name: 'types of the page', command: 'tsc', words: ['--noEmit', '-p', 'client/page'] },
  { name: 'types of the edge', command: 'tsc', words: ['--noEmit', '-p', 'tests/workerd'] },
  { name: 'secrets', command: process.execPath, words: ['local/scan-secrets.ts'] },
];

const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
const outcomes = await Promise.all(
  checks.map(async ({ name, command, words }) => {
    const { all, failed } = await execa(command, words, {
      cwd: checkout,
      all: true,
      reject: false,
      stdin: 'ignore',
      env: colour,
      preferLocal: true,
      localDir: checkout,
    });
    console.log(failed ? `${all}\n✗ ${name} (${[command, ...words].join(' ')})` : `✓ ${name}`);
    return failed;
  }),
);
process.exitCode = outcomes.includes(true) ? 1 : 0;
