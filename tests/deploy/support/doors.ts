import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { program } from '../../../local/tools/tools.ts';
import type { Host } from './two-hosts.ts';

/** Has somebody there who answers at these ports. */
export async function listen(host: Host, tcp: readonly number[], udp: readonly number[]): Promise<void> {
  const words = [join(import.meta.dirname, 'listener.ts'), tcp.join(','), udp.join(',')];
  const listener = host.start(process.execPath, words);
  await once(listener.stdout as NodeJS.ReadableStream, 'data');
}

const script = join(import.meta.dirname, 'knock.ts');

/** What becomes of knocking at each of these doors (`tcp/22`): `tcp/22 open`. */
export const knock = async (from: Host, at: Host, some: readonly string[]): Promise<string[]> =>
  (await from.run(process.execPath, [script, at.address, ...some])).split('\n').toSorted();

export const answering = (some: readonly string[]): string[] => some.map((door) => `${door} open`).toSorted();

/**
 * Knocks from outside where nobody may answer, until each packet was seen at the end of the server's rules, where it is dropped.
 *
 * @returns what answered
 */
export async function knockInVain(
  { server, outside }: { server: Host; outside: Host },
  some: readonly string[],
): Promise<string> {
  const family = server.address.includes(':') ? 'ipv6' : 'ipv4';
  const rules = some.map((door) => {
    const [kind, port] = door.split('/');
    return `add rule inet kingbus input meta nfproto ${family} ${kind} dport ${port} counter comment "${family} ${door}"\n`;
  });
  await server.run(program('nft'), ['-f', '-'], rules.join(''));
  const knocking = outside.start(process.execPath, [script, server.address, ...some]);
  let heard = '';
  knocking.stdout?.on('data', (text: Buffer) => (heard += text.toString()));
  await expect
    .poll(async () => {
      const said = await server.run(program('nft'), ['list', 'chain', 'inet', 'kingbus', 'input']);
      return [...said.matchAll(/counter packets [1-9]\d* .*"(?<family>ipv.) (?<door>.*)"/gu)]
        .filter(({ groups }) => groups?.['family'] === family)
        .map(({ groups }) => groups?.['door']);
    })
    .toEqual(some);
  const answers = heard;
  knocking.kill();
  return answers;
}
