import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Network } from '../../../local/servers/front.ts';
import { program } from '../../../local/tools/tools.ts';

/**
 * A network for servers that are to run there, with names of its own.
 *
 * @param enter what stands before a command that is to run in it
 * @param folder gets its file of hosts
 * @param names all of them at 127.0.0.1
 */
export async function namedNetwork(
  enter: readonly string[],
  folder: string,
  names: readonly string[],
): Promise<Network> {
  const file = join(folder, 'hosts');
  writeFileSync(file, `127.0.0.1 localhost ${names.join(' ')}\n`);
  const words = [
    ...enter,
    program('unshare'),
    '--mount',
    'sh',
    '-c',
    'mount --bind "$0" /etc/hosts && exec "$@"',
    file,
  ];
  if (process.getuid?.() !== 0) {
    // There one is root over nobody else; servers that are root want to become somebody.
    await run(enter, 'sh', '-c', 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start');
    words.push(program('unshare'), '--user', '--map-user=1000', '--map-group=1000');
  }
  const script = `require('node:net').connect(Number(process.argv[1]), '127.0.0.1').once('connect', () => process.exit())`;
  return {
    enter: words,
    accepts: (port) =>
      run(enter, process.execPath, '-e', script, String(port)).then(
        () => true,
        () => false,
      ),
  };
}

async function run(enter: readonly string[], ...command: string[]): Promise<void> {
  const [first = '', ...words] = [...enter, ...command];
  await execa(first, words, { stdin: 'ignore' });
}
