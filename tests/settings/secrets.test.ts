import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../adapters/node/config.ts';
import { describeOpenness } from '../../adapters/node/settings/private-file.ts';
import { secretNames } from '../../adapters/node/settings/secrets.ts';
import { gatherSecrets } from '../../adapters/node/settings/secrets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-secrets-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe('a secret', () => {
  it.each(secretNames)('comes by a variable, by a file, or as a credential: %s', (name) => {
    const strict = { strict: true };
    const path = file(name, 'p@ss/w:rd?\n');
    const ways = [
      { [name]: 'p@ss/w:rd?' },
      { [`${name}_FILE`]: path },
      { CREDENTIALS_DIRECTORY: folder },
      { [name]: 'p@ss/w:rd?', [`${name}_FILE`]: path, CREDENTIALS_DIRECTORY: folder },
    ];
    for (const way of ways) {
      expect(gatherSecrets(way, strict)).toMatchObject({ environment: { [name]: 'p@ss/w:rd?' }, faults: [] });
    }
  });

  it('is not given by an empty credential, which units pass for what there is not', () => {
    file('REDIS_URL', '\n');
    const gathered = gatherSecrets({ REDIS_URL: 'redis://a', CREDENTIALS_DIRECTORY: folder }, { strict: true });
    expect(gathered).toMatchObject({ environment: { REDIS_URL: 'redis://a' }, faults: [] });
    expect(gatherSecrets({ CREDENTIALS_DIRECTORY: folder }, { strict: true }).environment).not.toHaveProperty(
      'REDIS_URL',
    );
  });

  it('may be read by others outside production alone', () => {
    const path = file('url', 'mysql://localhost/x');
    chmodSync(path, 0o644);
    const environment = { DATABASE_URL_FILE: path };
    expect(gatherSecrets(environment, { strict: false }).faults).toEqual([]);
    expect(gatherSecrets(environment, { strict: true }).faults).toEqual([
      `DATABASE_URL: ${path}: others than its owner have access to it (mode 0644): chmod 0600`,
    ]);
  });
});

describe('a password', () => {
  const passwordOf = (url: string) => decodeURIComponent(new URL(url).password);
  const others = {
    DATABASE_URL: 'mysql://kingbus@db.test:3306/kingbus?ssl=verify-identity',
    REDIS_URL: 'redis://redis.test:6379',
  };

  it.each(['p@ss/w:rd?#%', '비밀번호', "'; drop table", 'a b\tc'])('needs no encoding: %s', (password) => {
    const { database, redisUrl } = readConfig({
      ...others,
      KINGBUS_DATABASE_PASSWORD: password,
      KINGBUS_REDIS_PASSWORD: password,
    });
    expect(passwordOf(database.url)).toBe(password);
    expect(passwordOf(redisUrl ?? '')).toBe(password);
    expect(new URL(database.url)).toMatchObject({
      username: 'kingbus',
      host: 'db.test:3306',
      search: '?ssl=verify-identity',
    });
  });

  it('takes the place of the one in the address, of each user of the database its own', () => {
    const { database, migrationDatabase, backupDatabase, redisUrl } = readConfig({
      DATABASE_URL: 'mysql://kingbus:old@db.test/kingbus',
      KINGBUS_DATABASE_PASSWORD: 'new\r\nnext\n',
      KINGBUS_MIGRATION_DATABASE_URL: 'mysql://kingbus-migrate@db.test/kingbus',
      KINGBUS_MIGRATION_DATABASE_PASSWORD: 'm',
      REDIS_URL: 'redis+cluster://user:old@a:1,b:2',
      KINGBUS_REDIS_PASSWORD: '@',
    });
    expect(database).toEqual({ url: 'mysql://kingbus:new@db.test/kingbus', otherPassword: 'next' });
    expect(migrationDatabase).toEqual({ url: 'mysql://kingbus-migrate:m@db.test/kingbus', otherPassword: undefined });
    expect(backupDatabase).toEqual(database);
    expect(redisUrl).toBe('redis+cluster://user:%40@a:1,b:2');
  });
});

describe('the mode of a secret file', () => {
  it.each<[mode: number, uid: number, ours: number, allowed: boolean]>([
    [0o600, 500, 500, true],
    [0o400, 500, 500, true],
    [0o640, 500, 500, false],
    [0o604, 500, 500, false],
    [0o440, 0, 500, true],
    [0o640, 0, 500, true],
    [0o640, 0, 0, true],
    [0o660, 0, 500, false],
    [0o644, 0, 0, false],
    [0o444, 0, 500, false],
  ])('%o of user %i to user %i: %s', (mode, uid, ours, allowed) => {
    expect(describeOpenness({ mode: 0o100000 | mode, uid }, ours) === undefined).toBe(allowed);
  });
});
