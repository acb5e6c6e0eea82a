import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { readPage } from './support/markdown.ts';

/** What README.md has somebody type who deploys from a checkout. */
const commands = readPage('README.md')
  .fences.flatMap(({ text }) => text.split('\n'))
  .map((line) => line.replace(/\s+#.*$/u, ''))
  .filter((line) => / adapters\/node\/\w+\.ts/u.test(line));

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

/** Typed where the machine's own Node is the only one of the path, or none. */
const type = (command: string) =>
  execa('sh', ['-c', `exec ${command}`], {
    cwd: checkout,
    extendEnv: false,
    env: { ...productEnvironment(database.url), PATH: '/usr/bin:/bin', KINGBUS_LISTEN: '127.0.0.1:0' },
    stdin: 'ignore',
    reject: false,
  });

test('README.md has three commands for a checkout', () => {
  expect(commands.map((command) => command.split(' ').slice(1).join(' '))).toEqual([
    'adapters/node/cli.ts migrate',
    'adapters/node/http.ts',
    'adapters/node/chat.ts',
  ]);
});

test.each(commands)('%s works as it stands', async (command) => {
  const running = type(command);
  onTestFinished(() => void running.kill('SIGKILL'));
  for await (const line of createInterface({ input: running.stdout })) {
    if (line.includes('"msg":"listening"')) running.kill('SIGTERM');
  }
  const { exitCode, stderr } = await running;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
