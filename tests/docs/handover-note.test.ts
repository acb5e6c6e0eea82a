import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { walkTokens } from 'marked';
import type { Token, Tokens } from 'marked';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { pages } from '../deploy/runbook/pages.ts';
import { readPage } from './support/markdown.ts';

/** What the note asks for, each a row of a table: its name, the files that answer it, and the tests that show it. */
const rows = (page: string) =>
  readPage(page)
    .tables.flatMap((table) => table.rows)
    .filter((cells) => cells.length === 3 && filesOf(page, cells[2]).some((file) => file.endsWith('.test.ts')))
    .map((cells) => ({
      point: cells[0]?.text ?? '',
      answers: filesOf(page, cells[1]),
      tests: filesOf(page, cells[2]),
    }));

function filesOf(page: string, cell: Tokens.TableCell | undefined): string[] {
  const found: string[] = [];
  void walkTokens(cell?.tokens ?? [], (token: Token) => {
    if (token.type === 'link') found.push(normalize(join(dirname(page), decodeURI((token as Tokens.Link).href))));
  });
  return found;
}

const [english, korean] = pages;

test.each(pages)('%s answers each point of the note by files that are there, shown by tests that are there', (page) => {
  expect(rows(page).length).toBeGreaterThanOrEqual(9);
  for (const { answers, tests } of rows(page)) {
    expect(answers.length).toBeGreaterThan(0);
    expect([...answers, ...tests].filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
    expect(tests.filter((file) => !file.endsWith('.test.ts'))).toEqual([]);
  }
});

test('both languages give the same answers', () => {
  const answers = (page: string) =>
    rows(page).map(({ answers: files, tests }) => [files.filter((file) => !file.endsWith('.md')), tests]);
  expect(answers(korean)).toEqual(answers(english));
});
