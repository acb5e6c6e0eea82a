import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { program } from '../../../local/tools/tools.ts';

/** A host of a small network of two, each with a network of its own, joined by a cable. */
export interface Host {
  address: string;
  /** Of IPv6. */
  address6: string;
  /** What stands before a command that is to run there. */
  enter: readonly string[];
  /** Runs a program there, with its output; rejects where it fails. */
  run: (command: string, words: readonly string[], input?: string) => Promise<string>;
  /** Starts a program there. */
  start: (command: string, words: readonly string[]) => ChildProcess;
}

/** As root, or else in a user namespace where one is root: both may make networks. */
const asRoot = process.getuid?.() === 0;

/**
 * A server and somebody outside of it: network namespaces of their own, with a pair of veth devices between them.
 *
 * @param pid a process whose network is to be the server's, where there is one already (for root alone)
 * @returns both, and what ends what runs in them
 */
export async function connectTwoHosts(
  pid?: number,
): Promise<{ server: Host; outside: Host; end: () => Promise<void> }> {
  const holders: ChildProcess[] = [];
  const hold = async (command: string, words: string[]): Promise<number> => {
    const holder = spawn(command, words, { stdio: 'ignore' });
    holders.push(holder);
    await once(holder, 'spawn');
    const { pid = 0 } = holder;
    // It is in its namespace once that is no longer ours.
    while (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) await pause(5);
    return pid;
  };
  const [nsenter, unshare, ip] = ['nsenter', 'unshare', 'ip'].map((name) => program(name)) as [string, string, string];
  const within = (pid: number, address: string, address6: string): Host => {
    const words = ['--target', String(pid), '--net', ...(asRoot ? [] : ['--user', '--preserve-credentials'])];
    return {
      address,
      address6,
      enter: [nsenter, ...words],
      run: async (command, more, input) =>
        (await execa(nsenter, [...words, command, ...more], input === undefined ? { stdin: 'ignore' } : { input }))
          .stdout,
      start(command, more) {
        const started = spawn(nsenter, [...words, command, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
        holders.push(started);
        return started;
      },
    };
  };
  const first =
    pid ?? (await hold(unshare, ['--net', ...(asRoot ? [] : ['--user', '--map-root-user']), 'sleep', 'infinity']));
  const second = asRoot
    ? await hold(unshare, ['--net', 'sleep', 'infinity'])
    : await hold(nsenter, [
        '--target',
        String(first),
        '--user',
        '--preserve-credentials',
        unshare,
        '--net',
        'sleep',
        'infinity',
      ]);
  const [server, outside] = [within(first, '192.0.2.1', 'fd00::1'), within(second, '192.0.2.2', 'fd00::2')];
  await server.run(ip, ['link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', String(second)]);
  for (const host of [server, outside]) {
    await host.run(ip, ['address', 'add', `${host.address}/24`, 'dev', 'cable']);
    // Nobody else is there who may have it.
    await host.run(ip, ['address', 'add', `${host.address6}/64`, 'dev', 'cable', 'nodad']);
    for (const device of ['lo', 'cable']) await host.run(ip, ['link', 'set', device, 'up']);
  }
  return {
    server,
    outside,
    async end() {
      const running = holders.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      await Promise.all(
        running.map((holder) => {
          holder.kill('SIGKILL');
          return once(holder, 'exit');
        }),
      );
    },
  };
}

/** The same two hosts, who know each other by their other addresses. */
export const overIpv6 = <Hosts extends { server: Host; outside: Host }>(hosts: Hosts): Hosts => ({
  ...hosts,
  server: { ...hosts.server, address: hosts.server.address6 },
  outside: { ...hosts.outside, address: hosts.outside.address6 },
});
