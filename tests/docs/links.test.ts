import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { git } from '../../local/release/commit.ts';
import { anchorOf, readPage } from './support/markdown.ts';

// Without -z git quotes names that are not ASCII.
const paths = (await git('ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'))
  .split('\0')
  .filter(Boolean);
const pages = new Map(paths.map((path) => [path, readPage(path)]));

test.each(paths)('every link of %s leads to a file of the repository, and to a heading in it', (path) => {
  const lost = (pages.get(path)?.links ?? []).filter(({ href }) => !leadsSomewhere(path, decodeURI(href)));
  expect(lost.map(({ href }) => href)).toEqual([]);
});

function leadsSomewhere(from: string, href: string): boolean {
  if (/^[a-z]+:/u.test(href)) return true;
  const [file = '', anchor] = href.split('#');
  const target = file === '' ? from : normalize(join(dirname(from), file));
  if (anchor === undefined) return existsSync(join(checkout, target));
  return (pages.get(target)?.headings ?? []).some((heading) => anchorOf(heading) === anchor);
}
