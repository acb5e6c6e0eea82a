import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Log } from '../../../functions/ports.ts';

/** How long systemd may take to have read a word, in milliseconds. */
const toldWithinMs = 5_000;

const run = promisify(execFile);

/** What a process tells whoever runs it (sd_notify(3)); each resolves when it has been read. Without systemd all of it is nothing. */
export interface ServiceManager {
  /** It takes what comes. From now on systemd is told, where it wants to be (`WatchdogSec=`), that it still lives. */
  ready: () => Promise<void>;
  /** It stops, and may take so long, in milliseconds, whatever `TimeoutStopSec=` says. */
  stopping: (withinMs: number) => Promise<void>;
  /** It reads anew what it can; `ready` says when it has. */
  reloading: () => Promise<void>;
}

/**
 * The systemd that started this process, as its environment tells. systemd is told through a datagram socket, which Node
 * cannot open; `systemd-notify` can, and is wherever systemd is (`NotifyAccess=all`, for it is a process of its own).
 */
export function createServiceManager(environment: NodeJS.ProcessEnv, log: Log): ServiceManager {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (NOTIFY_SOCKET === undefined) {
    return { ready: tellNobody, stopping: tellNobody, reloading: tellNobody };
  }
  const tell = async (...assignments: string[]) => {
    try {
      await run('systemd-notify', assignments, { timeout: toldWithinMs });
    } catch (error) {
      log.error({ err: error, told: assignments }, 'systemd could not be told');
    }
  };
  const watched = WATCHDOG_USEC !== undefined && (WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid);
  let pings: NodeJS.Timeout | undefined;
  return {
    async ready() {
      await tell('READY=1');
      // Half of what systemd waits for, as its documentation advises. A loop that stands still sends none.
      if (watched) pings ??= setInterval(() => void tell('WATCHDOG=1'), Number(WATCHDOG_USEC) / 1000 / 2).unref();
    },
    stopping: (withinMs) => tell('STOPPING=1', `EXTEND_TIMEOUT_USEC=${withinMs * 1000}`),
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
  };
}

const tellNobody = () => Promise.resolve();
