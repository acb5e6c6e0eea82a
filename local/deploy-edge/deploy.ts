import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import { build } from './build.ts';
import { findMistakes, lockedWorkerd } from './check-config.ts';
import { readEnvironments } from './config.ts';
import type { Environment } from './config.ts';
import type { Options } from './options.ts';
import { findPlaceholders } from './placeholders.ts';
import { findUnservedOrigin } from './unserved-origin.ts';
import { measureStartUp } from './start-up.ts';
import type { Wrangler } from './wrangler.ts';

/**
 * What the Worker may weigh, gzipped, in KiB. The platform takes far more; a start takes longer with each. A hundred routes are some
 * 200 of it (tests/edge/room-to-grow.test.ts).
 */
export const budget = 2048;

/** Starts that are measured. */
const runs = 3;

export type Surroundings = {
  /** The wrangler.jsonc. */
  configFile: string;
  wrangler: Wrangler;
  /** Prints a line. */
  say(line: string): void;
  /** In KiB, gzipped; tests give their own. */
  budget?: number;
};

/**
 * Checks the Worker and, unless it is a dry run, deploys it.
 *
 * @returns the exit code: wrangler's own where it deployed
 * @throws Problem when a check fails
 */
export async function deployEdge(options: Options, surroundings: Surroundings): Promise<number> {
  const { dryRun, environment, passed } = options;
  const { configFile, wrangler, say } = surroundings;
  const environments = readEnvironments(configFile);
  const names = environment === undefined ? [...environments.keys()].filter((name) => name !== '') : [environment];
  for (const name of names) requireKnown(environments, name);
  if (!dryRun) for (const name of names) refusePlaceholders(name, environments.get(name));
  const mistakes = findMistakes(environments);
  if (mistakes.length > 0) throw new Problem(`${configFile} is not right:\n\n${listed(mistakes)}`);

  const words = (name: string) => [`--config=${configFile}`, `--env=${name}`];
  for (const [index, name] of names.entries()) {
    say(`Building the Worker for ${name} …`);
    // All environments run one code: its start is measured once.
    await weigh(surroundings, words(name), { name, startUp: index === names.length - 1 });
  }
  if (dryRun) {
    say('It can be deployed. Nothing was: this was a dry run.');
    return 0;
  }
  say(`Deploying to ${names.join()} …`);
  // Secrets among them go to the platform alone, not into what was built to be looked at.
  return wrangler.deploy(['deploy', ...names.flatMap(words), ...passed]);
}

async function weigh(
  { wrangler, say, budget: limit = budget }: Surroundings,
  words: string[],
  { name, startUp }: { name: string; startUp: boolean },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-deploy-'));
  try {
    const { bundle, size, gzipped } = await build(wrangler, words, folder);
    const weight = inKiB(gzipped);
    if (weight > limit) {
      throw new Problem(
        `The Worker for ${name} weighs ${weight} KiB gzipped; its budget is ${limit}. Find what came into it with ` +
          '`wrangler deploy --dry-run --metafile`, or raise the budget in local/deploy-edge/deploy.ts and say why.',
      );
    }
    say(`  ${weight} KiB gzipped, of a budget of ${limit}; ${inKiB(size)} KiB as it is.`);
    if (!startUp) return;
    say(`Starting it ${runs} times in workerd ${lockedWorkerd().version} …`);
    const measured = (await measureStartUp(wrangler, { bundle, folder, runs })).map(Math.round).sort((a, b) => a - b);
    say(
      `  ${measured[Math.floor(runs / 2)]} ms of work for the global scope (median; ${measured[0]} to ` +
        `${measured.at(-1)}), on this machine and under a profiler. The platform allows 1000 on its own.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requireKnown(environments: Map<string, Environment>, name: string): void {
  if (name !== '' && environments.has(name)) return;
  const known = [...environments.keys()].filter((other) => other !== '').join(' and ');
  throw new Problem(`There is no environment ${name === '' ? 'without a name' : name}: wrangler.jsonc has ${known}.`);
}

function refusePlaceholders(name: string, environment: Environment | undefined): void {
  if (environment === undefined) return;
  const placeholders = findPlaceholders(environment);
  const found = placeholders.length > 0 ? placeholders : findUnservedOrigin(environment);
  if (found.length === 0) return;
  const what = placeholders.length > 0 ? 'still holds placeholders' : 'would not be reached';
  throw new Problem(
    `The environment ${name} of adapters/edge/wrangler.jsonc ${what}, so nothing was deployed:\n\n` +
      `${listed(found)}\n\ndocs/deploy-edge.md goes through it step by step.`,
  );
}

const listed = (lines: string[]): string => lines.map((line) => `  - ${line}`).join('\n');
const inKiB = (bytes: number): number => Math.ceil(bytes / 1024);
