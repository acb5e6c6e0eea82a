import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesOfFronts } from '../../adapters/node/settings/names.ts';
import { secretNames } from '../../adapters/node/settings/secrets.ts';
import { variableNames } from '../../adapters/node/config.ts';
import { checkout } from '../../local/folder.ts';

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');

test('what the fronts read may stand in the same environment file', () => {
  const rules = readdirSync(join(checkout, 'caddy'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
  const named = rules.flatMap((text) => [...text.matchAll(/\$\{?(KINGBUS_\w+)/gu)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(3);
  expect(namesOfFronts).toEqual(expect.arrayContaining(named));
});

/** Settings that only tests give. */
const forTests = new Set(['KINGBUS_STATEMENT_LOG', 'KINGBUS_PASSWORD_COST']);

/** OpenTelemetry's own, of which the example has the few that are often set; docs/operations.md, Traces, names the rest. */
const isStandard = (name: string): boolean => name.startsWith('OTEL_');

test('.env.example lists every setting, and no other', () => {
  const listed = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gmu)].map(([, name = '']) => name);
  const own = variableNames.filter((name) => !forTests.has(name) && !isStandard(name));
  expect(new Set(listed.filter((name) => !isStandard(name)))).toEqual(new Set(own));
  expect(variableNames).toEqual(expect.arrayContaining([...secretNames]));
});
