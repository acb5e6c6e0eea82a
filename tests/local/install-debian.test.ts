import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';

// Programs in the place of apt and systemd write down what they are called with, and whether services may start.
describe('install-debian.sh', () => {
  let folder: string;
  let policy: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kingbus-apt-'));
    policy = join(folder, 'policy-rc.d');
    mkdirSync(join(folder, 'bin'));
    standIn('apt-get', `if [ -x "${policy}" ]; then "${policy}"; echo "policy says $?" >>"${folder}/calls"; fi`);
    standIn('apt-cache', '[ "$2" != caddy-from-nowhere ]');
    // redis-server is new, caddy was there before.
    standIn(
      'dpkg-query',
      'case "$*" in *-W*caddy) echo installed;; *-L*) echo "/lib/systemd/system/$2.service";; esac',
    );
    standIn('systemctl', '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function standIn(name: string, script: string): void {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>"${folder}/calls"\n${script}\n`);
    chmodSync(file, 0o755);
  }

  const install = (...packages: string[]) =>
    execa(join(checkout, 'local/tools/install-debian.sh'), packages, {
      env: {
        PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
        KINGBUS_POLICY_FILE: policy,
        KINGBUS_INSTALL_LOCKED: 'yes',
      },
      reject: false,
    });
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8');

  it('forbids services to start while it installs, and only then', async () => {
    const { exitCode } = await install('redis-server');
    expect(exitCode).toBe(0);
    expect(calls()).toMatch(/apt-get install .*--no-install-recommends.* redis-server\npolicy says 101/);
    expect(existsSync(policy)).toBe(false);
  });

  it('takes its policy away when the installation fails', async () => {
    standIn('apt-get', '[ "$1" != install ]');
    const { exitCode } = await install('redis-server');
    expect(exitCode).not.toBe(0);
    expect(existsSync(policy)).toBe(false);
  });

  it('keeps a policy that the machine had', async () => {
    writeFileSync(policy, '#!/bin/sh\nexit 104\n', { mode: 0o755 });
    await install('redis-server');
    expect(calls()).toContain('policy says 104');
    expect(readFileSync(policy, 'utf8')).toBe('#!/bin/sh\nexit 104\n');
  });

  it('disables the services of what it has installed, and of nothing that was there', async () => {
    await install('redis-server', 'caddy');
    expect(calls()).toContain('systemctl disable --quiet redis-server.service');
    expect(calls()).not.toContain('caddy.service');
    expect(calls()).not.toMatch(/apt-get install .*caddy/);
  });

  it('installs the rest when one package does not exist here, and says which', async () => {
    const { exitCode, stdout } = await install('redis-server', 'caddy-from-nowhere');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('unavailable: caddy-from-nowhere');
    expect(calls()).toMatch(/apt-get install .* redis-server\n/);
  });
});
