import { keyLives } from '../../shared/keys.ts';
import { readKeyFiles } from '../keys-directory.ts';
import { about } from './finding.ts';
import type { Finding } from './finding.ts';

/** After how long a key should be rotated, in milliseconds: a year. */
const oldMs = 365 * 24 * 3600_000;

/** Whether the keys can be read, and by nobody else; and whether the one that signs is old. */
export async function checkKeys(folder: string, options: { strict: boolean }): Promise<Finding[]> {
  const { ok, warning } = about('keys');
  const files = await readKeyFiles(folder, options);
  const lives = keyLives(
    files.map(({ jwk }) => jwk),
    Date.now(),
  );
  const signing = lives.find(({ state }) => state === 'signing');
  const waiting = lives.filter(({ state }) => state === 'waiting').length;
  const ended = lives.filter(({ state }) => state === 'ended').length;
  const age = Date.now() - (signing?.signsFrom ?? 0);
  return [
    ok(`${signing?.jwk.kid} signs${waiting > 0 ? '; the next one waits' : ''}`),
    ...(signing?.signsFrom !== 0 && age > oldMs
      ? [warning('it has signed for more than a year: kingbus keys rotate')]
      : []),
    ...(ended > 0 ? [warning(`${ended} have ended: kingbus keys retire`)] : []),
  ];
}
