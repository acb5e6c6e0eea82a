// `npm run bench`: read endpoints against a hand-written handler that does the same (design target: 0.8 × its requests/s),
// on private servers, in one run, in turns. Counted is the CPU time of the server process for each request, whose inverse
// is what one core can serve; requests a second as they were measured stand beside it.
import { Agent, request as httpRequest } from 'node:http';
import { deepStrictEqual as deepEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../../local/command.ts';
import { requireTools } from '../../local/tools/require.ts';
import { describeMachine } from '../chat/support/machine.ts';
import type { MeasuredProcess } from '../chat/support/measured-process.ts';
import { publicOrigin, Stage } from '../chat/support/stage.ts';
import { decimals, table, times, whole } from '../chat/support/table.ts';
import { loadReaders } from './readers.ts';
import type { Read } from './readers.ts';

const connections = 32;
const requests = Number(process.argv[2] ?? 6_000);
const rounds = 5;

let stage: Stage | undefined;
try {
  await requireTools(['mariadb', 'redis'], console.error);
  stage = await Stage.set();
  console.log(`${await describeMachine(stage)}\n`);
  const { token, reads } = await loadReaders(stage);
  const rows: string[][] = [];
  for (const read of reads) rows.push(await compare(stage, read, token));
  const head = ['', 'µs CPU/request', 'by hand', 'requests/s', 'by hand', 'ratio (CPU)', 'ratio (req/s)'];
  console.log(table(head, rows));
  console.log('\nTarget: at least 0.80 × the requests of the hand-written handler.');
} catch (error) {
  report(error);
  process.exitCode = 1;
} finally {
  await stage?.strike();
}
process.exit();

async function compare(on: Stage, { path, answer }: Read, token: string): Promise<string[]> {
  const statementLog = join(on.folder, 'statements');
  const product = { ...on.productSettings, KINGBUS_QUERY_BUDGET: 'off' };
  // Once with the statements written down, so that the other side runs the very same.
  const recorder = await on.start('adapters/node/http.ts', {
    ...product,
    KINGBUS_ENV: 'test',
    KINGBUS_STATEMENT_LOG: statementLog,
  });
  await get(recorder, path, token);
  const before = readFileSync(statementLog, 'utf8').split('\n').length - 1;
  const body = await get(recorder, path, token);
  await recorder.stop();
  const statements = readFileSync(statementLog, 'utf8')
    .trim()
    .split('\n')
    .slice(before)
    .map((line) => JSON.parse(line) as unknown);

  const ours = await on.start('adapters/node/http.ts', product);
  const task = { statements, answer, jwks: on.keys.jwks, issuer: publicOrigin };
  const bare = await on.start('bench/http/bare-server.ts', {
    DATABASE_URL: on.databaseUrl,
    BENCH_TASK: JSON.stringify(task),
  });
  // What is compared is the same answer.
  deepEqual(JSON.parse(await get(bare, path, token)), JSON.parse(body));
  const figures: { ours: Figure[]; bare: Figure[] } = { ours: [], bare: [] };
  for (const each of [ours, bare]) await measure(each, path, token);
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await measure(ours, path, token));
    figures.bare.push(await measure(bare, path, token));
  }
  await on.clear();
  const [mine, theirs] = [median(figures.ours), median(figures.bare)];
  return [
    `GET ${path.replace(/[\da-f-]{36}/u, '{id}')} (${statements.length} SQL)`,
    decimals(mine.cpu, 0),
    decimals(theirs.cpu, 0),
    whole(mine.rate),
    whole(theirs.rate),
    times(theirs.cpu / mine.cpu),
    times(mine.rate / theirs.rate),
  ];
}

interface Figure {
  /** CPU time of the process for each request, in microseconds, user and system. */
  cpu: number;
  /** Requests a second. */
  rate: number;
}

async function measure(process: MeasuredProcess, path: string, token: string): Promise<Figure> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  const start = await process.usage();
  let sent = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (sent++ < requests) await get(process, path, token, agent);
    }),
  );
  const end = await process.usage();
  agent.destroy();
  const cpu = (end.user - start.user + end.system - start.system) / requests;
  return { cpu, rate: requests / ((performance.now() - began) / 1000) };
}

function get({ port }: MeasuredProcess, path: string, token: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}` };
    const request = httpRequest({ host: '127.0.0.1', port, path, headers, ...(agent && { agent }) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        response.statusCode === 200 ? resolve(body) : reject(new Error(`${response.statusCode} ${body}`)),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

function median(figures: Figure[]): Figure {
  return figures.toSorted((left, right) => left.cpu - right.cpu)[Math.floor(figures.length / 2)] as Figure;
}
