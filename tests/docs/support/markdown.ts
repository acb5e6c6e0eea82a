import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexer, walkTokens } from 'marked';
import type { Token, Tokens } from 'marked';
import { checkout } from '../../../local/folder.ts';

/** A page of the repository, taken apart. */
export interface Page {
  /** From the top of the checkout. */
  path: string;
  headings: readonly Tokens.Heading[];
  /** Fenced code, in the order of the page. */
  fences: readonly { language: string; text: string }[];
  tables: readonly Tokens.Table[];
  links: readonly Tokens.Link[];
}

export function readPage(path: string): Page {
  const found: Token[] = [];
  void walkTokens(lexer(readFileSync(join(checkout, path), 'utf8')), (token) => void found.push(token));
  return {
    path,
    headings: found.filter((token): token is Tokens.Heading => token.type === 'heading'),
    fences: found
      .filter((token): token is Tokens.Code => token.type === 'code')
      .map(({ lang = '', text }) => ({ language: lang, text })),
    tables: found.filter((token): token is Tokens.Table => token.type === 'table'),
    links: found.filter((token): token is Tokens.Link => token.type === 'link'),
  };
}

/** What a heading is called in an address, as GitHub and the editors make it: small letters, hyphens, no punctuation. */
export const anchorOf = ({ text }: { text: string }): string =>
  text
    .replaceAll(/[`*]|\]\([^)]*\)|\[/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
