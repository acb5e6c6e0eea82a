import { errorValues } from '../../../adapters/shared/error-values.ts';
import type { Log } from '../../../functions/ports.ts';

/** One JSON line a call on standard output. */
export function createLog(): Log {
  const line = (level: keyof Log) => (values: object, msg: string) => {
    process.stdout.write(`${JSON.stringify({ level, ...values, msg }, withErrors)}\n`);
  };
  return { debug() {}, info: line('info'), warn: line('warn'), error: line('error') };
}

const withErrors = (_key: string, value: unknown): unknown => (value instanceof Error ? errorValues(value) : value);
