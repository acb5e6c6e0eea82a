import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { git } from '../../../local/release/commit.ts';
import { makeRelease } from '../../../local/release/make-release.ts';
import { requireTools } from '../../../local/tools/require.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The release of what this checkout holds, committed or not, and the commit that it was made of. */
    release: { tarball: string; version: string; commit: string };
    /** Where consoles and journals of the machines are kept. */
    machineLogs: string;
  }
}

/** The release that machines are given, made once. */
export default async function setup(project: TestProject): Promise<() => void> {
  if (process.getuid?.() !== 0) throw new Error('machines are started by root alone: sudo npm run test:deploy');
  await requireTools(['machines'], console.error);
  const folder = mkdtempSync(join(process.env['KINGBUS_TEST_HOME'] ?? tmpdir(), 'release-'));
  // A commit of the work tree as it lies there, which no branch has; nothing where all of it is committed.
  const commit = (await git('stash', 'create')) || 'HEAD';
  const options = { architecture: process.arch === 'arm64' ? 'arm64' : 'x64', commit, folder } as const;
  const { tarball, version } = await makeRelease(options, console.error);
  project.provide('release', { tarball, version, commit });
  project.provide('machineLogs', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
