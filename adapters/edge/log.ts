import type { Log } from '../../functions/ports.ts';
import { errorValues } from '../shared/error-values.ts';

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof levels)[number];

/** Never written, wherever in the values it stands. */
const secret = /^(?:password|token|access_?token|refresh_?token|authorization|cookie|set-cookie|parameters|params)$/iu;

/** One JSON line a call on the console, which is where Workers Logs reads; `write` takes the lines elsewhere. */
export function createLog(level: LogLevel, write: (level: keyof Log, line: string) => void = toConsole): Log {
  const line = (name: keyof Log) => (values: object, msg: string) => {
    if (levels.indexOf(name) < levels.indexOf(level)) return;
    const time = new Date().toISOString();
    write(name, JSON.stringify({ level: name, time, name: 'edge', ...values, msg }, forLog));
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

function forLog(key: string, value: unknown): unknown {
  if (secret.test(key)) return '[Redacted]';
  if (value instanceof Error) return errorValues(value);
  return typeof value === 'bigint' ? String(value) : value;
}

function toConsole(level: keyof Log, line: string): void {
  // oxlint-disable-next-line no-console -- The platform's only log.
  console[level](line);
}
