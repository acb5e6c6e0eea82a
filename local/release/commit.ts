import { execa } from 'execa';
import { checkout } from '../folder.ts';
import { Problem } from '../problem.ts';

export interface Commit {
  /** The whole SHA. */
  id: string;
  /** When it was committed, in seconds since 1970: the time of every file of its release. */
  time: number;
  /** What its release is called: 1.2.0 where the tag v1.2.0 is on it, else 1.2.0-20261127.1a2b3c4d. */
  version: string;
}

/** @throws Problem where git knows no such commit */
export async function readCommit(name: string): Promise<Commit> {
  const found = await git('rev-parse', '--verify', '--end-of-options', `${name}^{commit}`).catch(() => undefined);
  if (found === undefined) throw new Problem(`git knows no commit ${name} here: a release is made from a checkout.`);
  const [time, tags, description] = await Promise.all([
    git('show', '--no-patch', '--format=%ct', found).then(Number),
    git('tag', '--points-at', found),
    git('show', `${found}:package.json`),
  ]);
  const { version } = JSON.parse(description) as { version: string };
  const day = new Date(time * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const tagged = tags.split('\n').includes(`v${version}`);
  return { id: found, time, version: tagged ? version : `${version}-${day}.${found.slice(0, 8)}` };
}

/** Asks git about the checkout. */
export async function git(...words: string[]): Promise<string> {
  return (await execa('git', words, { cwd: checkout })).stdout;
}
