import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '../folder.ts';
import { Problem } from '../problem.ts';

const architectures = ['x64', 'arm64'] as const;

export type Architecture = (typeof architectures)[number];

export interface ReleaseOptions {
  architecture: Architecture;
  /** Whatever git knows as a commit. */
  commit: string;
  /** Where the three files go. Made if need be. */
  folder: string;
}

/** @throws Problem for words that it does not know */
export function readOptions(words: string[]): ReleaseOptions {
  const { arch, commit, to } = parse(words);
  const architecture = architectures.find((each) => each === arch);
  if (architecture === undefined) throw new Problem(`--arch is one of ${architectures.join(', ')}, not ${arch}.`);
  return { architecture, commit, folder: resolve(to) };
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      options: {
        arch: { type: 'string', default: process.arch },
        commit: { type: 'string', default: 'HEAD' },
        to: { type: 'string', default: join(checkout, 'dist') },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${error instanceof Error ? error.message : String(error)} (--arch, --commit, --to)`);
  }
}
