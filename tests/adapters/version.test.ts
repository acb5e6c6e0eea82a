import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readVersion } from '../../adapters/node/version.ts';
import { checkout } from '../../local/folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-version-'));
  writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('the version is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
  expect(readVersion()).toMatchObject({ version });
  expect(readVersion(folder)).toEqual({ version: '1.2.3', commit: undefined });
});

test('a release says its commit', () => {
  writeFileSync(join(folder, 'release.json'), '{"name":"kingbus","version":"1.2.3","commit":"0123abc"}');
  expect(readVersion(folder)).toEqual({ version: '1.2.3', commit: '0123abc' });
});
