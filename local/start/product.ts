import { join } from 'node:path';
import { checkout } from '../folder.ts';
import type { ProcessPlan } from '../processes.ts';
import { caddyCommand } from '../servers/caddy.ts';
import { freePort } from '../servers/ports.ts';
import type { Settings } from './settings.ts';

/** One HTTP process and two chat processes, each on a free port. */
export async function planProduct(environment: Record<string, string>): Promise<ProcessPlan[]> {
  const parts = [
    { name: 'http', file: 'http.ts' },
    { name: 'chat-1', file: 'chat.ts' },
    { name: 'chat-2', file: 'chat.ts' },
  ];
  const ports = new Set<number>();
  while (ports.size < parts.length) ports.add(await freePort());
  return [...ports].map((port, index) => {
    const { name, file } = parts[index] ?? { name: '', file: '' };
    return planOf(name, file, `127.0.0.1:${port}`, environment);
  });
}

/** HTTP and chat in one process, on the port that people open. */
export function planSingle(settings: Settings, environment: Record<string, string>): ProcessPlan {
  const { port, bind } = settings;
  const host = bind.find((address) => !address.startsWith('[')) ?? '127.0.0.1';
  return planOf('kingbus', 'single.ts', `${host}:${port}`, environment);
}

/** Caddy before the processes of a product plan. */
export function planFront(settings: Settings, bind: readonly string[], product: readonly ProcessPlan[]): ProcessPlan {
  const addressesOf = (prefix: string) =>
    product.flatMap(({ name, environment }) => (name.startsWith(prefix) ? [environment['KINGBUS_LISTEN'] ?? ''] : []));
  const command = caddyCommand({
    folder: join(settings.home, 'caddy'),
    httpUpstreams: addressesOf('http'),
    chatUpstreams: addressesOf('chat'),
    port: settings.port,
    bind,
  });
  return { name: 'front', ...command, readyUrl: readyUrl(`127.0.0.1:${settings.port}`) };
}

function planOf(name: string, file: string, listen: string, environment: Record<string, string>): ProcessPlan {
  return {
    name,
    program: process.execPath,
    arguments: [join(checkout, 'adapters/node', file)],
    // All of it stops together: no front has to see it first.
    environment: { ...environment, KINGBUS_LISTEN: listen, KINGBUS_DRAIN_SECONDS: '0' },
    readyUrl: readyUrl(listen.replace('0.0.0.0', '127.0.0.1')),
  };
}

function readyUrl(address: string): string {
  return `http://${address}/readyz`;
}
