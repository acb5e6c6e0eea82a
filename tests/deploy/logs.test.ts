import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { program } from '../../local/tools/tools.ts';

const logs = join(checkout, 'deploy/logs');
const shipped = readFileSync(join(logs, 'caddy.logrotate'), 'utf8');

let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-logs-'));
  log = join(folder, 'kingbus.log');
  writeFileSync(log, '{"line":1}\n', { mode: 0o640 });
  chmodSync(log, 0o640);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What is shipped, for a log of ours and the user who runs the test. */
function configuration(): string {
  const path = join(folder, 'logrotate.conf');
  const { username } = userInfo();
  const text = shipped
    .replace('/var/log/caddy/kingbus.log', log)
    .replace('su caddy caddy', `su ${username} ${username}`);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

const logrotate = (...words: string[]) =>
  execa(program('logrotate'), ['--state', join(folder, 'state'), ...words, configuration()], { all: true });

describe('the access log of Caddy', () => {
  test('is one that logrotate understands, where the front writes it', async () => {
    const { all } = await logrotate('--debug');
    expect(all).toContain(`considering log ${log}`);
    expect(all).not.toMatch(/error|unknown option/iu);
    expect(readFileSync(join(checkout, 'deploy/install/front.sh'), 'utf8')).toContain(
      'KINGBUS_ACCESS_LOG=file /var/log/caddy/kingbus.log',
    );
    expect(shipped).toContain('\n/var/log/caddy/kingbus.log {\n');
  });

  test('is rotated under a writer that keeps it open, and stays closed to others', async () => {
    const file = openSync(log, 'a');
    await logrotate('--force');
    writeSync(file, '{"line":2}\n');
    closeSync(file);
    expect(readFileSync(log, 'utf8')).toBe('{"line":2}\n');
    const rotated = readdirSync(folder).find((name) => name.startsWith('kingbus.log-')) ?? '';
    expect(readFileSync(join(folder, rotated), 'utf8')).toBe('{"line":1}\n');
    for (const name of ['kingbus.log', rotated]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o640);
  });

  test('is kept for two weeks', async () => {
    for (let day = 0; day < 17; day++) {
      appendFileSync(log, `{"day":${day}}\n`);
      writeFileSync(
        join(folder, `kingbus.log-202601${String(day + 1).padStart(2, '0')}-${1_767_225_600 + day * 86_400}`),
        'old\n',
      );
    }
    await logrotate('--force');
    const kept = readdirSync(folder).filter((name) => name.startsWith('kingbus.log-'));
    expect(kept).toHaveLength(14);
  });
});

test('journald keeps a bounded log on disk, and drops no lines of a process that stops', () => {
  const settings = readFileSync(join(logs, 'journald.conf'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(settings).toEqual([
    '[Journal]',
    'Storage=persistent',
    'SystemMaxUse=2G',
    'SystemKeepFree=1G',
    'MaxRetentionSec=90day',
    'RateLimitIntervalSec=30s',
    'RateLimitBurst=100000',
  ]);
});
