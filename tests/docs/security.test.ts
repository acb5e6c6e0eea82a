import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiKeyForm, newApiKey } from '../../functions/identity/api-key.ts';
import { checkout } from '../../local/folder.ts';
import { readPage } from './support/markdown.ts';

const page = readPage('docs/security.md');

/** Files and folders that a cell names in code. */
const namedIn = (text: string): string[] =>
  Array.from(text.matchAll(/`((?:tests|functions|adapters|db|local|deploy)\/[^`\s]*)`/gu), ([, path]) => path ?? '');

const promises = page.tables.flatMap(({ header, rows }) => {
  const column = header.findIndex(({ text }) => text === 'shown by');
  return column === -1
    ? []
    : rows.map((row) => ({ promise: row[0]?.text ?? '', named: namedIn(row[column]?.text ?? '') }));
});

describe('docs/security.md', () => {
  it.each(promises)('shows "$promise" by what is there', ({ named }) => {
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) expect(existsSync(join(checkout, path)), path).toBe(true);
  });

  it('goes through the ten risks of APIs, one by one, and through ASVS', () => {
    const names = promises.map(({ promise }) => promise);
    for (let risk = 1; risk <= 10; risk++)
      expect(names.filter((name) => name.startsWith(`API${risk} `))).toHaveLength(1);
    for (const chapter of [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16]) {
      expect(
        names.some((name) => new RegExp(`^${chapter}\\b`, 'u').test(name)),
        `chapter ${chapter}`,
      ).toBe(true);
    }
  });

  it('has the rule by which a scanner finds keys', () => {
    const rule = page.fences.find(({ text }) => text.includes('kingbus_'))?.text ?? '';
    const key = newApiKey();
    expect(key).toMatch(apiKeyForm);
    expect(`token=${key};`.match(new RegExp(rule, 'u'))?.[0]).toBe(key);
    expect(`${key}x`).not.toMatch(new RegExp(rule, 'u'));
  });
});
