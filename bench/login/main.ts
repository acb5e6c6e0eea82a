// `npm run bench:login`: log-ins against what the original did, on private servers, in one run, in turns: as many as can be, ten times as
// many as that, and those of people who wait no longer than a second.
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createNodePasswords } from '../../adapters/node/node-passwords.ts';
import { insertAccount } from '../../db/accounts.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { MeasuredProcess } from '../support/measured-process.ts';
import { onStage } from '../support/on-stage.ts';
import type { Stage } from '../support/stage.ts';
import { decimals, table, times, whole } from '../support/table.ts';
import { sql } from 'drizzle-orm';

const seconds = Number(process.argv[2] ?? 5);
const rounds = 3;
const accounts = 500;
const password = 'correct horse battery';
/** As Django 4.0.1 has it, which the original pins. */
const passes = 320_000;

interface Scenario {
  name: string;
  callers: number;
  /** When they hang up and try again, in milliseconds. */
  patienceMs?: number;
}
const scenarios: Scenario[] = [
  { name: '16 callers', callers: 16 },
  { name: '160 callers', callers: 160 },
  { name: '160 callers who hang up after 1 s', callers: 160, patienceMs: 1_000 },
];

/** Numbers the log-ins: each is another person's, from another network. */
let calls = 0;
await onStage(['mariadb', 'redis'], async (stage) => {
  await writePeople(stage);
  const ours = await stage.start('adapters/node/http.ts', {
    ...stage.productSettings,
    KINGBUS_QUERY_BUDGET: 'off',
  });
  const theirs = await stage.start('bench/login/original.ts', { DATABASE_URL: stage.databaseUrl });
  const rows: string[][] = [];
  for (const scenario of scenarios) rows.push(await compare(scenario, ours, theirs));
  const head = ['', 'log-ins/s', 'original', 'ratio', 'ms CPU/log-in', 'original', 'refused/s', 'slowest', 'original'];
  console.log(table(head, rows));
  console.log('\nTarget: at least twice the original’s, and no fewer when ten times as many are asked for.');
});

async function writePeople({ db }: Stage): Promise<void> {
  const newId = createNewId(Date.now);
  const passwordHash = await createNodePasswords().hash(password);
  const salt = randomBytes(16).toString('hex').slice(0, 22);
  const key = pbkdf2Sync(password, salt, passes, 32, 'sha256').toString('base64');
  await db.execute(sql`create table original_users (id int primary key auto_increment, username varchar(150) not null unique,
    password varchar(128) not null, last_login datetime(6))`);
  for (let index = 0; index < accounts; index++) {
    const username = `person-${index}`;
    const phone = `+8210${String(index).padStart(8, '0')}`;
    const names = { username, email: `${username}@example.com`, phone, displayName: '김민지' };
    const createdAt = new Date().toISOString();
    const account = {
      id: newId<AccountId>(),
      role: 'customer',
      state: 'active',
      ...names,
      passwordHash,
      createdAt,
    } as const;
    await transaction(db, (tx) => insertAccount(tx, account, undefined));
    await db.execute(sql`insert into original_users (username, password)
      values (${username}, ${`pbkdf2_sha256$${passes}$${salt}$${key}`})`);
  }
}

interface Figure {
  /** Log-ins a second. */
  rate: number;
  refused: number;
  /** CPU time of the process for each log-in, in milliseconds. */
  cpu: number;
  /** The longest wait of one that came to its end, in milliseconds. */
  slowest: number;
}

async function compare(scenario: Scenario, ours: MeasuredProcess, theirs: MeasuredProcess): Promise<string[]> {
  const figures: { ours: Figure[]; theirs: Figure[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await measure(ours, scenario));
    figures.theirs.push(await measure(theirs, scenario));
  }
  const [mine, original] = [median(figures.ours), median(figures.theirs)];
  return [
    scenario.name,
    decimals(mine.rate, 1),
    decimals(original.rate, 1),
    times(mine.rate / original.rate),
    decimals(mine.cpu, 1),
    decimals(original.cpu, 1),
    whole(mine.refused),
    `${whole(mine.slowest)} ms`,
    `${whole(original.slowest)} ms`,
  ];
}

async function measure(process: MeasuredProcess, { callers, patienceMs }: Scenario): Promise<Figure> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const counts = { done: 0, refused: 0, slowest: 0, over: false };
  const [began, before] = [performance.now(), await process.usage()];
  const call = async (): Promise<void> => {
    const sent = performance.now();
    const { status, retryAfter } = await logIn(process, agent, patienceMs);
    if (counts.over) return;
    if (status === 201) {
      counts.done++;
      counts.slowest = Math.max(counts.slowest, performance.now() - sent);
    } else if (status === 503) {
      counts.refused++;
      await delay(retryAfter * 1_000);
    } else if (status !== undefined) {
      throw new Error(`a log-in was answered with ${status}`);
    }
  };
  const all = Promise.all(
    Array.from({ length: callers }, async () => {
      while (!counts.over) await call();
    }),
  );
  await Promise.race([delay(seconds * 1_000), all]);
  counts.over = true;
  const [took, after] = [(performance.now() - began) / 1_000, await process.usage()];
  await all;
  agent.destroy();
  const cpu = (after.user - before.user + after.system - before.system) / 1_000 / Math.max(counts.done, 1);
  return { rate: counts.done / took, refused: counts.refused / took, cpu, slowest: counts.slowest };
}

/** One log-in, each from a network of its own. No status where the caller has hung up. */
function logIn(
  { port }: MeasuredProcess,
  agent: Agent,
  patienceMs: number | undefined,
): Promise<{ status: number | undefined; retryAfter: number }> {
  const index = calls++;
  const body = JSON.stringify({ username: `person-${index % accounts}`, password });
  const forwarded = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      'X-Forwarded-For': forwarded,
    };
    const options = { host: '127.0.0.1', port, path: '/v1/sessions', method: 'POST', headers, agent };
    const sent = httpRequest(options, (response) => {
      clearTimeout(timer);
      response.resume();
      const { statusCode: status, headers: answered } = response;
      response.on('end', () => resolve({ status, retryAfter: Number(answered['retry-after'] ?? 0) }));
      response.on('error', reject);
    });
    const timer =
      patienceMs === undefined
        ? undefined
        : setTimeout(() => {
            resolve({ status: undefined, retryAfter: 0 });
            sent.destroy();
          }, patienceMs);
    sent.on('error', (error) =>
      patienceMs === undefined ? reject(error) : resolve({ status: undefined, retryAfter: 0 }),
    );
    sent.end(body);
  });
}

function median(figures: Figure[]): Figure {
  return figures.toSorted((left, right) => left.rate - right.rate)[Math.floor(figures.length / 2)] as Figure;
}
