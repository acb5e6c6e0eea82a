import { readPage } from '../../docs/support/markdown.ts';

/** The runbook, in the languages of those who run it. */
export const pages = ['docs/operations.md', 'docs/ko/운영.md'] as const;

/** Every command of a page's shell fences, as it is typed: lines that end in `\` go on, comments are no part. */
export const commandsOf = (path: string): string[] =>
  readPage(path)
    .fences.filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/gu, '').split('\n'))
    .map((line) => line.replace(/(?:^|\s+)# .*$/u, '').trim())
    .filter((line) => line !== '');
