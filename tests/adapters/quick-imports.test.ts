import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

const run = promisify(execFile);

async function modulesOf(...words: string[]): Promise<string[]> {
  const { stdout } = await run(process.execPath, ['tests/adapters/programs/list-modules.ts', ...words], {
    cwd: checkout,
  });
  return stdout.trim().split('\n').toSorted();
}

test('a process that starts quickly has the same modules as one that does not', async () => {
  const [plain, quick] = await Promise.all([modulesOf(), modulesOf('quickly')]);
  expect(plain.length).toBeGreaterThan(500);
  expect(quick).toEqual(plain);
});
