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

/** The points of the note, in its order, by the names that the tables have for them. */
const points: [english: string, korean: string][] = [
  ['Redis starts by itself, as a service', 'Redis 가 서비스로 스스로 시작할 것'],
  ['services start by themselves', '서비스가 스스로 시작할 것'],
  ['Linux hardened', '리눅스 보안 강화'],
  ['unused ports closed', '쓰지 않는 포트 닫기'],
  ['secrets in a plain JSON file', '평문 JSON 파일에 든 비밀 값'],
  ["the database's port", '데이터베이스 포트'],
  ['"see instructions.txt"', '"instructions.txt 를 볼 것"'],
  ['CORS', 'CORS'],
  ['CSRF', 'CSRF'],
];

test('both pages have every point of the note, and no other', () => {
  const told = pages.map((page) => rows(page).map(({ point }) => point));
  expect(told).toEqual([points.map(([point]) => point), points.map(([, point]) => point)]);
});

test.each(pages)('%s answers each point of the note by files that are there, shown by tests that are there', (page) => {
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
