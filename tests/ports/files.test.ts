import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryFiles } from '../../adapters/memory/files.ts';
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import { describeFiles } from './files-contract.ts';

describeFiles('memory', async () => ({
  files: createMemoryFiles(),
  unfinished: async () => [],
  close: async () => {},
}));

describeFiles('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'kingbus-files-'));
  return {
    files: createDiskFiles(root),
    unfinished: async () => {
      const names = await readdir(root, { recursive: true });
      return names.filter((name) => name.endsWith('.unfinished'));
    },
    close: () => rm(root, { recursive: true }),
  };
});
