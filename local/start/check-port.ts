import { Problem } from '../problem.ts';
import { whyNotFree } from '../servers/ports.ts';
import { whoListens } from '../who-listens.ts';

/**
 * Sees that we can listen on a port, before anything is started.
 *
 * @param addresses as KINGBUS_BIND writes them: [::1] for IPv6
 * @returns those of the addresses that this machine has: some have no IPv6
 */
export async function checkPort(port: number, addresses: readonly string[]): Promise<string[]> {
  const usable: string[] = [];
  for (const address of addresses) {
    const reason = await whyNotFree(port, address.replace(/^\[|\]$/g, ''));
    if (reason === undefined) usable.push(address);
    else if (reason === 'EADDRINUSE') throw portTaken(port);
    else if (reason === 'EACCES') {
      throw new Problem(`Port ${port} is reserved for root. Take one above 1023: KINGBUS_PORT=8080 npm start.`);
    } else if (reason !== 'EADDRNOTAVAIL' && reason !== 'EAFNOSUPPORT') {
      throw new Problem(`Nobody can listen on ${address}:${port} (${reason}). KINGBUS_BIND names the addresses.`);
    }
  }
  if (usable.length === 0)
    throw new Problem(`This machine has none of the addresses ${addresses.join(' ')} (KINGBUS_BIND).`);
  return usable;
}

export function portTaken(port: number): Problem {
  const holder = whoListens(port);
  const who = holder === undefined ? 'another program' : `process ${holder.pid} (${holder.commandLine.slice(0, 80)})`;
  const other = port + 10 > 65_535 ? 8090 : port + 10;
  return new Problem(
    `Port ${port} is taken by ${who}. Stop that, or take another port: KINGBUS_PORT=${other} npm start.`,
  );
}
