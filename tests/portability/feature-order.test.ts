import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** A later one may use an earlier one (docs/architecture.md). */
const features = ['accounts', 'sessions', 'documents', 'vehicles', 'operators', 'orders', 'quotes', 'rooms'];
/** What a feature shows of itself to later ones. */
const shown = /(?:-schema|-policy|-transitions|\/fields|\/show-[\w-]+)\.ts$/u;

test('a feature uses earlier features alone, by what they show', () => {
  const faults: string[] = [];
  for (const [index, feature] of features.entries()) {
    for (const file of globSync(`functions/${feature}/**/*.ts`, { cwd: checkout })) {
      const source = readFileSync(join(checkout, file), 'utf8');
      for (const [, path = '', other = ''] of source.matchAll(/from '(\.\.\/([\w-]+)\/[^']+)'/gu)) {
        if (!features.includes(other)) continue;
        if (features.indexOf(other) >= index || !shown.test(path)) faults.push(`${file} imports ${path}`);
      }
    }
  }
  expect(faults).toEqual([]);
});
