import { parseArgs } from 'node:util';
import { Problem } from '../problem.ts';

export type Options = {
  dryRun: boolean;
  /** As wrangler.jsonc names it; undefined: all of them, which only a dry run may be. */
  environment: string | undefined;
  /** For `wrangler deploy`, as they are. */
  passed: string[];
};

const usage =
  'npm run deploy:edge -- --dry-run [--env staging|production]\n' +
  'npm run deploy:edge -- --env staging|production [--secrets-file FILE] [--message TEXT] [--tag TEXT]';

/** @throws Problem when the arguments are not of that form */
export function readOptions(words: string[]): Options {
  const { 'dry-run': dryRun = false, env: environment, ...rest } = parse(words);
  if (!dryRun && environment === undefined) {
    throw new Problem(`A deployment goes to an environment: name it.\n\n${usage}`);
  }
  return { dryRun, environment, passed: Object.entries(rest).map(([name, value]) => `--${name}=${value}`) };
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      options: {
        'dry-run': { type: 'boolean' },
        env: { type: 'string' },
        'secrets-file': { type: 'string' },
        message: { type: 'string' },
        tag: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
