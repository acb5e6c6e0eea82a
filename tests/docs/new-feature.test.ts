import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';

const page = readFileSync(join(checkout, 'docs/adding-a-route.md'), 'utf8');
const [, section = ''] = page.split('## 8. A new feature');
const lists = Array.from(section.matchAll(/^\| `([^`]+)`/gmu), ([, file]) => file ?? '');

describe('docs/adding-a-route.md on a new feature', () => {
  it('names lists that are there', () => {
    expect(lists.length).toBeGreaterThan(5);
    for (const file of lists) expect([file, existsSync(join(checkout, file))]).toEqual([file, true]);
  });

  // What `quotes` had to be entered into, a feature that has all of it has to be too.
  it('names every list in which a feature stands', () => {
    const entered = ['functions/endpoints.ts', 'functions/http/problems.ts', 'functions/events/catalogue.ts'];
    const rest = ['functions/changes/state-tables.ts', 'schema/ids.ts', 'tests/db/lists.test.ts', 'vitest.config.ts'];
    for (const file of [...entered, ...rest]) {
      expect(lists).toContain(file);
      expect(readFileSync(join(checkout, file), 'utf8'), file).toMatch(/quote/iu);
    }
  });

  it('names places that are there', () => {
    for (const [, path] of section.matchAll(/`((?:functions|adapters|tests|schema)\/[\w./-]+?)`/gu)) {
      expect([path, existsSync(join(checkout, path ?? ''))]).toEqual([path, true]);
    }
  });
});
