import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** Files that break the rules of the house (docs/architecture.md), and what lint has to say of each. */
const offences: [what: string, finding: string, files: Record<string, string>][] = [
  [
    'a circle of imports',
    'import(no-cycle) adapters/circle/one.ts',
    {
      'adapters/circle/one.ts': "import { two } from './two.ts';\nexport const one = (): number => two();\n",
      'adapters/circle/two.ts': "import { one } from './one.ts';\nexport const two = (): number => one();\n",
    },
  ],
  [
    'a circle of types alone',
    'import(no-cycle) adapters/types/one.ts',
    {
      'adapters/types/one.ts': "import type { Two } from './two.ts';\nexport interface One {\n  two?: Two;\n}\n",
      'adapters/types/two.ts': "import type { One } from './one.ts';\nexport interface Two {\n  one?: One;\n}\n",
    },
  ],
  arrow('schema/up.ts', '../db/up.ts'),
  arrow('db/up.ts', '../functions/up.ts'),
  arrow('functions/up.ts', '../adapters/up.ts'),
  arrow('functions/rooms/up.ts', '../../client/up.ts'),
  arrow('adapters/up.ts', '../local/up.ts'),
  arrow('adapters/node/up.ts', '../../client/up.ts'),
  arrow('adapters/node/prove/up.ts', '../../../local/up.ts'),
  arrow('client/up.ts', '../adapters/up.ts'),
  ['SQL outside of db/', 'eslint(no-restricted-imports) functions/sql.ts', { 'functions/sql.ts': importOf('mysql2') }],
  [
    'a runtime below the adapters',
    'eslint(no-restricted-imports) functions/runtime.ts',
    { 'functions/runtime.ts': importOf('node:fs') },
  ],
  ['a long file of functions/', 'eslint(max-lines) functions/long.ts', { 'functions/long.ts': lines(301) }],
  ['a long file of client/', 'eslint(max-lines) client/long.ts', { 'client/long.ts': lines(301) }],
  [
    'a promise that nobody waits for',
    'typescript(no-floating-promises) db/floating.ts',
    { 'db/floating.ts': 'export function floating(): void {\n  Promise.reject(new Error());\n}\n' },
  ],
];

function importOf(path: string): string {
  return `import type { up } from '${path}';\nexport type Up = typeof up;\n`;
}

function arrow(file: string, path: string): (typeof offences)[number] {
  return [`an import of ${path} in ${file}`, `eslint(no-restricted-imports) ${file}`, { [file]: importOf(path) }];
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const line${index} = ${index};\n`).join('');
}

let folder: string;
let findings: string[];

/** All of them in a checkout with the same rules. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-house-'));
  cpSync(join(checkout, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const compiler = {
    extends: join(checkout, 'tsconfig.json'),
    compilerOptions: { types: [] },
    include: ['.'],
    exclude: [],
  };
  const files: Record<string, string> = {
    'tsconfig.json': JSON.stringify(compiler),
    'functions/short.ts': lines(300),
    ...Object.assign({}, ...offences.map(([, , files]) => files)),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const options = { cwd: folder, preferLocal: true, localDir: checkout, reject: false } as const;
  const { stdout } = await execa('oxlint', ['--format=json'], options);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  findings = diagnostics.map(({ code, filename }) => `${code} ${filename}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(offences)('lint refuses %s', (_what, finding) => {
  expect(findings).toContain(finding);
});

it('lint lets be what breaks no rule', () => {
  expect(findings.filter((finding) => finding.includes('functions/short.ts'))).toEqual([]);
});
