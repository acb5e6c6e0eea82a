import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { newCustomer, newDriver, password } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

const files = ['client/chat.ts', 'client/http.ts'];

/** The `@example` blocks of a file's comments. */
function examplesIn(file: string): string[] {
  const text = readFileSync(join(checkout, file), 'utf8');
  return Array.from(text.matchAll(/@example[^\n]*\n \* ```ts\n([^]*?) \* ```/gu), ([, code]) =>
    (code ?? '').replaceAll(/^ \* ?/gmu, ''),
  );
}

test.each(files.flatMap((file) => examplesIn(file).map((code, index) => ({ file, code, index }))))(
  'the example $index of $file runs as it stands',
  async ({ file, code, index }) => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const given = {
      origin: inject('origin'),
      chatOrigin: inject('chatOrigins')[0]?.replace('http', 'ws'),
      username: customer.account.username,
      password,
      accessToken: customer.token,
      room: await newRoom(customer, driver),
    };
    const folder = join(testSettings().runFolder, 'examples');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${file.replaceAll('/', '-')}-${index}.ts`);
    const client = pathToFileURL(join(checkout, 'client')).href;
    const constants = Object.entries(given).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
    writeFileSync(path, constants.join('') + code.replaceAll("'./client/", `'${client}/`));
    const { all, exitCode } = await execa(process.execPath, [path], { all: true, reject: false, timeout: 30_000 });
    expect(exitCode, all).toBe(0);
  },
);

test('there are examples', () => {
  for (const file of files) expect(examplesIn(file).length, file).toBeGreaterThan(0);
});
