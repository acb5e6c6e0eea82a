import { basename, join } from 'node:path';
import { cpSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { installing, operating } from '../runbook/steps.ts';
import { take, typed } from '../runbook/step.ts';
import { boot } from './support/machine.ts';
import type { Machine } from './support/machine.ts';
import { makeRoot, runInRoot } from './support/root.ts';

const { tarball, version } = inject('release');
const known = { version, next: `${version}-next` };

let root: Awaited<ReturnType<typeof makeRoot>>;
let machine: Machine | undefined;

beforeAll(async () => {
  root = await makeRoot();
  // The other front, which is tried at the end: here alone there is a way to its package.
  const policy = "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d";
  const apache = `${policy} && apt-get update -q && apt-get install -q -y --no-install-recommends apache2 && systemctl disable apache2`;
  await runInRoot(root.folder, ['sh', '-c', `${apache} && rm /usr/sbin/policy-rc.d`]);
  for (const file of [tarball, `${tarball}.sha256`]) cpSync(file, join(root.folder, 'root', basename(file)));
});
afterAll(async () => {
  await machine?.halt();
  root?.remove();
});

// In this order, on one machine, as a person would who has the page open.
test.each(installing)('on a bare machine: $types', async (step) => {
  const type = (command: string) => runInRoot(root.folder, ['bash', '-c', `cd /root && ${command}`]);
  if (step.after !== undefined) await type(step.after);
  const said = await type(typed(step, known));
  if (step.says !== undefined) expect(said).toMatch(step.says);
  if (step.until !== undefined) await type(step.until);
});

test.each(operating)('on one that runs: $types', async (step) => {
  machine ??= await boot(root.folder, 'kb-runbook', join(inject('machineLogs'), 'runbook'));
  await take(machine, step, known);
});
