import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { git } from '../../local/release/commit.ts';
import { readPage } from './support/markdown.ts';

/** Of Keep a Changelog 1.1.0. */
const kinds = new Set(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']);

const { headings } = readPage('CHANGELOG.md');
const sections = headings.filter(({ depth }) => depth === 2).map(({ text }) => text);

test('CHANGELOG.md has what is not released, then versions with their days', () => {
  expect(sections[0]).toBe('[Unreleased]');
  expect(sections.slice(1).filter((text) => !/^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/u.test(text))).toEqual([]);
  expect(headings.filter(({ depth, text }) => depth === 3 && !kinds.has(text))).toEqual([]);
});

test('CHANGELOG.md has a section for each version that was tagged, and names the one to come', async () => {
  const tagged = (await git('tag', '--list', 'v[0-9]*')).split('\n').filter((tag) => tag !== '');
  const missing = tagged.filter((tag) => !sections.some((text) => text.startsWith(`[${tag.slice(1)}]`)));
  expect(missing).toEqual([]);
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
  expect(readFileSync(join(checkout, 'CHANGELOG.md'), 'utf8')).toContain(version);
});
