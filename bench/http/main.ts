// `npm run bench`: reads, and one write, against a hand-written handler that does the same, on private servers, in one run, in
// turns. Counted is the CPU time of the server process for each request, whose inverse is what one core can serve; requests a
// second as they were measured stand beside it.
import { Agent } from 'node:http';
import { deepStrictEqual as deepEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../support/ask.ts';
import type { Question } from '../support/ask.ts';
import type { MeasuredProcess } from '../support/measured-process.ts';
import { onStage } from '../support/on-stage.ts';
import { publicOrigin } from '../support/stage.ts';
import type { Stage } from '../support/stage.ts';
import { decimals, table, times, whole } from '../support/table.ts';
import { loadTasks } from './tasks.ts';
import type { Task } from './tasks.ts';

const connections = 32;
const requests = Number(process.argv[2] ?? 6_000);
const rounds = 5;

await onStage(['mariadb', 'redis'], async (stage) => {
  const { token, tasks } = await loadTasks(stage);
  const rows: string[][] = [];
  for (const task of tasks) rows.push(await compare(stage, task, token));
  const head = ['', 'µs CPU/request', 'by hand', 'requests/s', 'by hand', 'ratio (CPU)', 'target', 'ratio (req/s)'];
  console.log(table(head, rows));
});

async function compare(on: Stage, task: Task, token: string): Promise<string[]> {
  const statementLog = join(on.folder, 'statements');
  const product = { ...on.productSettings, KINGBUS_QUERY_BUDGET: 'off' };
  const { method = 'GET', path, body, answer, target } = task;
  const question = { method, path, body, token };
  // Once with the statements written down, so that the other side runs the very same.
  const recorder = await on.start('adapters/node/http.ts', {
    ...product,
    KINGBUS_ENV: 'test',
    KINGBUS_STATEMENT_LOG: statementLog,
  });
  await ask(recorder, question);
  const before = readFileSync(statementLog, 'utf8').split('\n').length - 1;
  const made = await ask(recorder, question);
  await recorder.stop();
  const statements = readFileSync(statementLog, 'utf8')
    .trim()
    .split('\n')
    .slice(before)
    .map((line) => JSON.parse(line) as unknown);

  const ours = await on.start('adapters/node/http.ts', product);
  const { id } = JSON.parse(made) as { id?: string };
  const bare = await on.start('bench/http/bare-server.ts', {
    DATABASE_URL: on.databaseUrl,
    BENCH_TASK: JSON.stringify({ statements, answer, recordedId: id, jwks: on.keys.jwks, issuer: publicOrigin }),
  });
  // What is compared is the same answer; what is placed is another thing each time.
  deepEqual(comparable(await ask(bare, question), method), comparable(made, method));
  const figures: { ours: Figure[]; bare: Figure[] } = { ours: [], bare: [] };
  for (const each of [ours, bare]) await measure(each, question);
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await measure(ours, question));
    figures.bare.push(await measure(bare, question));
  }
  await on.clear();
  const [mine, theirs] = [median(figures.ours), median(figures.bare)];
  return [
    `${method} ${path.replace(/[\da-f-]{36}/u, '{id}')} (${statements.length} SQL)`,
    decimals(mine.cpu, 0),
    decimals(theirs.cpu, 0),
    whole(mine.rate),
    whole(theirs.rate),
    times(theirs.cpu / mine.cpu),
    target === undefined ? '' : times(target),
    times(mine.rate / theirs.rate),
  ];
}

function comparable(text: string, method: string): unknown {
  const value = JSON.parse(text) as Record<string, unknown>;
  return method === 'GET' ? value : { ...value, id: '', placedAt: '' };
}

interface Figure {
  /** CPU time of the process for each request, in microseconds, user and system. */
  cpu: number;
  /** Requests a second. */
  rate: number;
}

async function measure(process: MeasuredProcess, question: Question): Promise<Figure> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  const start = await process.usage();
  let sent = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (sent++ < requests) await ask(process, { ...question, agent });
    }),
  );
  const end = await process.usage();
  agent.destroy();
  const cpu = (end.user - start.user + end.system - start.system) / requests;
  return { cpu, rate: requests / ((performance.now() - began) / 1000) };
}

function median(figures: Figure[]): Figure {
  return figures.toSorted((left, right) => left.cpu - right.cpu)[Math.floor(figures.length / 2)] as Figure;
}
