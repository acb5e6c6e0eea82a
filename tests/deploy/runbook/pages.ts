import { readPage } from '../../docs/support/markdown.ts';

/** The runbook, in the languages of those who run it. */
export const pages = ['docs/operations.md', 'docs/ko/운영.md'] as const;

/** The commands of each shell fence of a page, as they are typed: lines that end in `\` go on, comments are no part. */
export const blocksOf = (path: string): string[][] =>
  readPage(path)
    .fences.filter(({ language }) => language === 'sh')
    .map(({ text }) =>
      text
        .replaceAll(/\\\n\s*/gu, '')
        .split('\n')
        .map((line) => line.replace(/(?:^|\s+)# .*$/u, '').trim())
        .filter((line) => line !== ''),
    );

/** All of them. */
export const commandsOf = (path: string): string[] => blocksOf(path).flat();
