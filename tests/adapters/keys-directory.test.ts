import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readKeys } from '../../adapters/node/keys-directory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kingbus-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Everything that a log could show of an error. */
const shown = (error: unknown): string =>
  error instanceof Error ? `${error.stack} ${String(error)} ${shown(error.cause)}` : String(error);

test.each([
  ['cut in the middle', '{"kty":"OKP","crv":"Ed25519","d":"secret-material'],
  ['no JSON at all', 'secret-material'],
])('a key file that is %s is named, without a word of what it holds', async (_kind, text) => {
  await writeFile(join(folder, '2026-01.jwk'), text);
  const error: unknown = await readKeys(folder).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(shown(error)).toContain('2026-01.jwk');
  expect(shown(error)).not.toMatch(/secret|material/u);
});

test('a directory without a key is named', async () => {
  await expect(readKeys(folder)).rejects.toThrow(`no signing key (*.jwk) in ${folder}`);
});
