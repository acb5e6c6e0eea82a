import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface RanStatement {
  sql: string;
  /** Values that it ran with, of some of its runs. */
  samples: unknown[][];
}

const samplesKept = 20;

/** The distinct statements of a log (KINGBUS_STATEMENT_LOG). Lists of any length count as one text. */
export async function readStatements(file: string): Promise<RanStatement[]> {
  const byText = new Map<string, RanStatement>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [sql, values] = JSON.parse(line) as [string, unknown[]];
    const text = sql.replaceAll(/\?(?:, \?)+/gu, '?, …').replaceAll(/(\(\?, …\))(?:, \1)+/gu, '$1, …');
    const known = byText.get(text);
    if (!known) byText.set(text, { sql, samples: [values] });
    else if (known.sql === sql && known.samples.length < samplesKept) known.samples.push(values);
  }
  return [...byText.values()];
}
