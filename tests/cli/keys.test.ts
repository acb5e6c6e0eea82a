import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey } from '../../adapters/node/make-key.ts';
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
});
