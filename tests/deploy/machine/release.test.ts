import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkout } from '../../../local/folder.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-release-again-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a release', () => {
  test('has the same bytes when the same commit is built again, by somebody with other habits', async () => {
    const { tarball, commit } = inject('release');
    const command = `umask 077 && exec ${process.execPath} local/release.ts --commit ${commit} --to ${folder}`;
    await execa('sh', ['-c', command], { cwd: checkout, env: { TZ: 'Asia/Seoul', LC_ALL: 'C' }, preferLocal: true });
    const [first, second] = [tarball, join(folder, basename(tarball))].map((file) =>
      readFileSync(`${file}.sha256`, 'utf8'),
    );
    expect(second).toBe(first);
  });

  test('is what its checksum says, and carries its bill of materials', async () => {
    const { tarball, version } = inject('release');
    const cwd = join(tarball, '..');
    await execa('sha256sum', ['--check', `${basename(tarball)}.sha256`], { cwd });
    const { stdout } = await execa('tar', ['-xzOf', tarball, `${basename(tarball, '.tar.gz')}/sbom.cdx.json`]);
    const bill = JSON.parse(stdout) as { metadata: { component: { version: string } }; components: { name: string }[] };
    expect(bill.metadata.component.version).toBe(version);
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['hono', 'mysql2', 'ioredis', `node-linux-${process.arch}`]));
    expect(names).not.toContain('vitest');
  });

  test('has its programs in a file each, which finds what else it needs in the tree', async () => {
    const { tarball, version } = inject('release');
    await execa('tar', ['-xzf', tarball, '-C', folder]);
    const tree = join(folder, basename(tarball, '.tar.gz'));
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const { stdout, stderr } = await execa(
      join(tree, 'node/bin/node'),
      [
        '--import',
        join(checkout, 'tests/deploy/machine/support/count-modules.ts'),
        'adapters/node/cli.ts',
        'version',
        '--json',
      ],
      { cwd: tree, env: { TMPDIR: temporary }, extendEnv: true },
    );
    expect(JSON.parse(stdout)).toMatchObject({ version });
    // Compiled code lies where root alone writes.
    expect(readdirSync(temporary)).toEqual([]);
    // Of the tree, not of Node: the starter, and what was bundled.
    expect(Number(/(\d+) modules/u.exec(stderr)?.[1])).toBeLessThan(20);
  });

  test('holds nothing of this machine: no registry, no path of a build', async () => {
    const { stdout } = await execa('tar', ['-tzf', inject('release').tarball]);
    const paths = stdout.split('\n');
    expect(
      paths.filter((path) => /\/(?:tests|local|bench|\.git)\//u.test(path.replace(/node_modules.*/u, ''))),
    ).toEqual([]);
    expect(paths.some((path) => path.endsWith('node_modules/.package-lock.json'))).toBe(false);
  });
});
