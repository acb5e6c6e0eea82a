import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryFiles } from '../../adapters/memory/files.ts';
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import { createS3Files } from '../../adapters/s3/s3-files.ts';
import { S3Server } from '../support/servers/s3-server.ts';
import { describeFiles } from './files-contract.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

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

describeFiles('S3', async () => {
  const server = await S3Server.start();
  return {
    files: createS3Files(server.settings, log),
    unfinished: async () => [...server.uploads],
    close: () => server.stop(),
  };
});
