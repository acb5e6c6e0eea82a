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
  for (const file of [tarball, `${tarball}.sha256`]) cpSync(file, join(root.folder, 'root', basename(file)));
});
afterAll(async () => {
  await machine?.halt();
  root?.remove();
});

// In this order, on one machine, as a person would who has the page open.
test.each(installing)('on a bare machine: $types', async (step) => {
  const said = await runInRoot(root.folder, ['bash', '-c', `cd /root && ${typed(step, known)}`]);
  if (step.says !== undefined) expect(said).toMatch(step.says);
});

test.each(operating)('on one that runs: $types', async (step) => {
  machine ??= await boot(root.folder, 'kb-runbook', join(inject('machineLogs'), 'runbook'));
  await take(machine, step, known);
});
