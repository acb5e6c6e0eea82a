import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandLineOf } from './lock.mjs';

/**
 * The process that listens on a TCP port, where the system lets us see it: Linux, and a process of ours unless we are
 * root.
 */
export function whoListens(port: number): { pid: number; commandLine: string } | undefined {
  const sockets = new Set(listeningSockets(port).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (holds(pid, sockets)) return { pid: Number(pid), commandLine: commandLineOf(Number(pid)) ?? '' };
  }
  return undefined;
}

/** proc(5): local address in hexadecimal, state 0A is LISTEN, the tenth column is the inode. */
function listeningSockets(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => {
    try {
      const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
      return rows.flatMap((row) => {
        const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
        return local?.endsWith(suffix) && state === '0A' && inode !== undefined ? [inode] : [];
      });
    } catch {
      return [];
    }
  });
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    // Not ours to look into, or gone.
    return false;
  }
}
