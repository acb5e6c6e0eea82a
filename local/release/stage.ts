import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkout } from '../folder.ts';
import { problemWithOutput } from '../problem.ts';
import type { Commit } from './commit.ts';
import type { Architecture } from './options.ts';

/** What a server on Node has no use for. Everything else of the tree comes along, so that nothing new is forgotten. */
const left = [
  '.ci',
  '.editorconfig',
  '.gitignore',
  '.npmrc',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  '.vscode',
  'adapters/edge',
  'bench',
  'client/page',
  'drizzle.config.ts',
  'local',
  'tests',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Lays the tree of a commit into a new folder. */
export async function stageTree(folder: string, { id }: Commit): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const archive = execa('git', ['archive', '--format=tar', id], { cwd: checkout, encoding: 'buffer', buffer: false });
  await archive.pipe('tar', ['-x', '-C', folder]);
}

/**
 * Adds the locked production packages, and Node, which is one of them, at `node/`. Nothing of a package is run.
 *
 * @throws Problem with what npm said
 */
export async function stagePackages(folder: string, architecture: Architecture): Promise<void> {
  const words = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const { all, failed } = await execa('npm', [...words, '--os=linux', `--cpu=${architecture}`, '--libc=glibc'], {
    cwd: folder,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  if (failed) throw problemWithOutput('npm ci did not bring the production packages.', all);
}

/** Moves Node out of the packages, and takes away what only served to make the release. Gives the version of Node. */
export function finishStage(folder: string, architecture: Architecture): string {
  const packaged = join(folder, 'node_modules', `node-linux-${architecture}`);
  const { version } = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8')) as { version: string };
  for (const part of ['bin/node', 'LICENSE']) cpSync(join(packaged, part), join(folder, 'node', part));
  for (const path of [packaged, ...['.bin', '.package-lock.json'].map((name) => join(folder, 'node_modules', name))]) {
    rmSync(path, { recursive: true });
  }
  for (const path of left) rmSync(join(folder, path), { recursive: true });
  return version;
}

/** release.json: what this is, for `kingbus version` and for whoever finds the folder. */
export function describeRelease(
  folder: string,
  { id, time, version }: Commit,
  architecture: Architecture,
  node: string,
): void {
  const about = { name: 'kingbus', version, commit: id, date: new Date(time * 1000).toISOString(), architecture, node };
  writeFileSync(join(folder, 'release.json'), `${JSON.stringify(about, null, 2)}\n`);
}
