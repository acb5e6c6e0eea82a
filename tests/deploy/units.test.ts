import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { program } from '../../local/tools/tools.ts';
import { instanceOf, layOutUnits, serviceNames, unitNames } from './support/units.ts';

const { folder, remove } = layOutUnits();
afterAll(remove);

/** Ours first, then the machine's own, which ours name. */
const env = { SYSTEMD_UNIT_PATH: `${folder}:`, SYSTEMD_LOG_LEVEL: 'warning' };

describe('the units', () => {
  test.each(unitNames)('%s says nothing that systemd does not understand', async (name) => {
    const words = ['verify', '--man=no', '--recursive-errors=no', join(folder, instanceOf(name))];
    const { all, exitCode } = await execa(program('systemd-analyze'), words, { env, all: true, reject: false });
    expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
  });

  test.each(['http', 'chat'])('that try a new release have a %s process start without a socket', async (kind) => {
    const script = `source ${join(checkout, 'deploy/install/trial.sh')}; here=${join(checkout, 'deploy')} version=9.9 trial_unit ${kind}`;
    const { stdout } = await execa('bash', ['-euc', script]);
    expect(stdout).toContain('WorkingDirectory=/srv/kingbus/releases/9.9\n');
    expect(stdout).not.toContain('.socket');
    const unit = join(folder, `kingbus-trial-${kind}.service`);
    writeFileSync(unit, stdout.replaceAll('/srv/kingbus/releases/9.9', join(folder, 'release')));
    const words = ['verify', '--man=no', '--recursive-errors=no', unit];
    const { all, exitCode } = await execa(program('systemd-analyze'), words, { env, all: true, reject: false });
    expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
  });

  test.each(serviceNames)('%s may do no more than it needs: 2.0 at most of 10', async (name) => {
    const words = ['security', '--offline=true', '--threshold=20', '--no-pager', join(folder, instanceOf(name))];
    const { all, exitCode } = await execa(program('systemd-analyze'), words, { env, all: true, reject: false });
    expect(exitCode, all).toBe(0);
    expect(Number(/exposure level for .*: (?<level>[\d.]+)/u.exec(all)?.groups?.['level'])).toBeLessThanOrEqual(2);
  });
});
