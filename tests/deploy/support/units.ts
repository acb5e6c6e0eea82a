import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../../../local/folder.ts';

const source = join(checkout, 'deploy/systemd');

/** The unit files of the house: services, sockets, targets. */
export const unitNames: readonly string[] = readdirSync(source).filter((name) =>
  /\.(?:service|socket|path|target)$/u.test(name),
);

export const serviceNames: readonly string[] = unitNames.filter((name) => name.endsWith('.service'));

/** `kingbus-http@.service` as `kingbus-http@8081.service`: what is looked at is an instance. */
export const instanceOf = (name: string): string => name.replace('@.', '@8081.');

/**
 * The units as they are installed, with programs in place of those of a release, which this machine has not.
 *
 * @returns the folder of the units, and what removes it
 */
export function layOutUnits(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-units-'));
  const release = join(folder, 'release');
  mkdirSync(join(release, 'node/bin'), { recursive: true });
  mkdirSync(join(release, 'docs'));
  writeFileSync(join(release, 'node/bin/node'), '#!/bin/sh\n');
  chmodSync(join(release, 'node/bin/node'), 0o755);
  for (const name of unitNames) {
    const text = readFileSync(join(source, name), 'utf8').replaceAll('/srv/kingbus/current', release);
    writeFileSync(join(folder, name), text);
    // verify loads what it is given by its file name: a template needs an instance.
    if (name.includes('@.')) cpSync(join(folder, name), join(folder, instanceOf(name)));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
