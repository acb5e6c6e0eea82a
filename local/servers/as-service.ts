import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../folder.ts';

/**
 * The command of a front under the umask that its service has in production (deploy/systemd/…), from which the modes of its logs come.
 */
export function asService(
  service: 'apache2' | 'caddy',
  program: string,
  words: readonly string[],
): { program: string; arguments: string[] } {
  const dropIn = readFileSync(join(checkout, `deploy/systemd/${service}.service.d/kingbus.conf`), 'utf8');
  const umask = /^UMask=(\d+)$/mu.exec(dropIn)?.[1] ?? '0022';
  return { program: 'sh', arguments: ['-c', `umask ${umask}; exec "$@"`, 'sh', program, ...words] };
}
