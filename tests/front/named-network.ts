import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Network } from '../../local/servers/front.ts';
import { program } from '../../local/tools/tools.ts';
import type { Host } from '../deploy/support/two-hosts.ts';

/**
 * The network of a host for servers that are to run there, with names of its own.
 *
 * @param folder gets its file of hosts
 * @param names all of them at 127.0.0.1
 */
export async function namedNetwork(host: Host, folder: string, names: readonly string[]): Promise<Network> {
  const file = join(folder, 'hosts');
  writeFileSync(file, `127.0.0.1 localhost ${names.join(' ')}\n`);
  const named = [program('unshare'), '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', file];
  const enter = [...host.enter, ...named];
  if (process.getuid?.() !== 0) {
    // There one is root over nobody else; servers that are root want to become somebody.
    await host.run('sh', ['-c', 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start']);
    enter.push(program('unshare'), '--user', '--map-user=1000', '--map-group=1000');
  }
  const script = `require('node:net').connect(Number(process.argv[1]), '127.0.0.1').once('connect', () => process.exit())`;
  return {
    enter,
    accepts: (port) =>
      host.run(process.execPath, ['-e', script, String(port)]).then(
        () => true,
        () => false,
      ),
  };
}
