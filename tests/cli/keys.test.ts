import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey } from '../../adapters/node/make-key.ts';
import { checkout } from '../../local/folder.ts';
import { readPage } from '../docs/support/markdown.ts';
import { kingbus } from '../support/servers/kingbus.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-cli-keys-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...words: string[]) => kingbus(['keys', ...words], { KINGBUS_KEYS: join(folder, 'new', 'keys') });
const list = async () =>
  (JSON.parse((await run('list', '--json')).stdout) as { keys: { kid: string; state: string; file: string }[] }).keys;
const states = async () => (await list()).map(({ state }) => state);
const minutes = (count: number) => Date.now() + count * 60_000;
const key = (signsFrom: number) => makeKey(join(folder, 'new', 'keys'), { signsFrom });

describe('kingbus keys', () => {
  it('makes the first key and its folder, for this user alone, and never a second first', async () => {
    const { exitCode, stdout } = await run('make');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^Made the key \S+, which signs/u),
    });
    const [made] = await list();
    expect(made?.state).toBe('signing');
    expect(statSync(made?.file ?? '').mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new', 'keys')).mode & 0o777).toBe(0o700);
    const again = await run('make');
    expect(again).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('has a key already: kingbus keys rotate'),
    });
  });

  it('rotates by one step: the new key verifies, signs in ten minutes, and ends the one before', async () => {
    await run('make');
    const { stdout } = await run('rotate');
    expect(stdout).toMatch(/verifies from now on, and signs from \d{4}-/u);
    expect(await states()).toEqual(['signing', 'waiting']);
    const [, waiting] = await list();
    expect((await run('list')).stdout.split('\n')).toEqual([
      expect.stringMatching(/ {2}signs; verifies until /u),
      expect.stringMatching(/ {2}verifies; signs from /u),
    ]);
    const again = await run('rotate');
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${waiting?.kid} signs from`) });
  });

  it('says where each key stands, and removes only what nobody needs', async () => {
    for (const from of [-60, -20, -3]) await key(minutes(from));
    expect(await states()).toEqual(['ended', 'verifying', 'signing']);
    const [ended, verifying, signing] = await list();
    expect(await run('retire', verifying?.kid ?? '')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('are still out: it verifies until'),
    });
    expect(await run('retire', signing?.kid ?? '')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('signs: kingbus keys rotate first'),
    });
    expect(await run('retire', 'nobody')).toMatchObject({
      exitCode: 1,
      stderr: 'kingbus: no key is called nobody: kingbus keys list',
    });
    expect((await run('retire')).stdout).toBe(`Removed the key ${ended?.kid}.`);
    expect((await run('retire')).stdout).toBe('No key has ended.');
    expect(await states()).toEqual(['verifying', 'signing']);
  });

  it('calls off a rotation that has not begun to sign', async () => {
    await run('make');
    await run('rotate');
    const [, waiting] = await list();
    expect((await run('retire', waiting?.kid.slice(0, 6) ?? '')).exitCode).toBe(0);
    expect(await states()).toEqual(['signing']);
    expect((await run('rotate')).exitCode).toBe(0);
  });

  it('ends a key that others have seen at once: another one signs', async () => {
    await run('make');
    const [seen] = await list();
    const { exitCode, stdout } = await run('retire', seen?.kid ?? '', '--now');
    expect({ exitCode, lines: stdout.split('\n').length }).toEqual({ exitCode: 0, lines: 2 });
    const [left, ...others] = await list();
    expect({ state: left?.state, others }).toEqual({ state: 'signing', others: [] });
    expect(left?.kid).not.toBe(seen?.kid);
  });

  it('gives the Worker its secret, without a key that has ended, into a file whose folder is made', async () => {
    for (const from of [-60, -20, 10]) await key(minutes(from));
    const [, ...wanted] = await list();
    const output = join(folder, 'for', 'the', 'edge.json');
    const { stdout } = await run('export', '--output', output);
    expect(stdout).toBe(`Wrote 2 keys to ${output}.`);
    expect(statSync(output).mode & 0o777).toBe(0o600);
    const secret = readFileSync(output, 'utf8');
    expect((await run('export')).stdout).toBe(secret.trim());
    const { KINGBUS_KEYS_JSON } = JSON.parse(secret) as { KINGBUS_KEYS_JSON: string };
    expect((JSON.parse(KINGBUS_KEYS_JSON) as { kid: string }[]).map(({ kid }) => kid)).toEqual(
      wanted.map(({ kid }) => kid),
    );
  });

  it('shows no private half but where it is exported', async () => {
    await run('make');
    const [file = ''] = readdirSync(join(folder, 'new', 'keys'));
    const { d } = JSON.parse(readFileSync(join(folder, 'new', 'keys', file), 'utf8')) as { d: string };
    for (const words of [['list'], ['list', '--json'], ['rotate'], ['rotate', '--json'], ['make'], ['retire', 'x']]) {
      const { stdout, stderr } = await run(...words);
      expect(stdout + stderr).not.toContain(d);
    }
  });

  it('makes a folder that it is given, and the secret of it, as docs/deploy-edge.md has it typed on a fresh machine', async () => {
    const hurry = readPage('docs/deploy-edge.md').fences.find(({ language }) => language === 'sh');
    const lines = hurry?.text.split('\n').filter((line) => /^K=| keys /u.test(line)) ?? [];
    expect(lines).toHaveLength(3);
    const home = join(folder, 'home');
    mkdirSync(home);
    const PATH = [dirname(process.execPath), '/usr/bin', '/bin'].join(':');
    const options = { cwd: checkout, env: { HOME: home, PATH }, extendEnv: false, stdin: 'ignore', all: true } as const;
    const { all } = await execa('sh', ['-euc', `umask 022\n${lines.join('\n')}`], options);
    expect(all).toMatch(/^Made the key (\S+), which signs[^]*\nWrote 1 key to \S+\/production\.json\.$/u);

    const keys = join(home, 'kingbus-keys', 'production');
    const [file = ''] = readdirSync(keys);
    const modes = [keys, join(keys, file), `${keys}.json`].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const secret = JSON.parse(readFileSync(`${keys}.json`, 'utf8')) as { KINGBUS_KEYS_JSON: string };
    const [{ kid }] = JSON.parse(secret.KINGBUS_KEYS_JSON) as [{ kid: string }];
    expect(all).toContain(`Made the key ${kid},`);

    // Likewise what the page does with it later.
    const given = (...words: string[]) => kingbus(['keys', ...words, '--folder', keys], {});
    expect((await given('rotate')).stdout).toMatch(/verifies from now on/u);
    expect((await given('list')).stdout.split('\n')).toHaveLength(2);
    expect((await given('retire')).stdout).toBe('No key has ended.');
  });
});
