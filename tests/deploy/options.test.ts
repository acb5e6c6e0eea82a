import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

const database = 'mysql://kingbus@db.example:3306/kingbus';
const redis = 'rediss://kingbus@redis.example:6379';
const refusal = 'an address has a password in it';

/** What install.sh makes of addresses that it is told, alone and both at once. */
const cases = [
  { words: ['--database-url', database], says: 'taken' },
  { words: ['--redis-url', redis], says: 'taken' },
  { words: ['--database-url', database, '--redis-url', redis], says: 'taken' },
  { words: ['--database-url', 'mysql://kingbus@one.example:3306,two.example:3306/kingbus'], says: 'taken' },
  { words: ['--database-url', 'mysql://kingbus:secret@db.example:3306/kingbus'], says: refusal },
  { words: ['--redis-url', 'redis://:secret@redis.example:6379'], says: refusal },
  { words: ['--database-url', database, '--redis-url', 'redis://kingbus:secret@redis.example'], says: refusal },
];

test.each(cases)('$words: $says', async ({ words, says }) => {
  const script = `
    fail() { echo "$*"; exit 1; }
    setting() { :; }
    source ${join(checkout, 'deploy/install/options.sh')}
    read_options --origin https://kingbus.example "$@"
    complete_options
    echo taken`;
  const { all } = await execa('bash', ['-c', script, 'install.sh', ...words], { all: true, reject: false });
  expect(all).toContain(says);
});
