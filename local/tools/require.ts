import { Problem } from '../problem.ts';
import { installTools, inWords, titleOf, type Tool } from './tools.ts';

/** Installs what is missing, or throws a Problem that says how the person can. */
export async function requireTools(
  wanted: readonly Tool[],
  say: (line: string) => void,
  otherwise = '',
): Promise<void> {
  const { missing, advice } = await installTools(wanted, say);
  if (missing.length === 0) return;
  throw new Problem(
    `${inWords(missing.map(titleOf))} ${missing.length === 1 ? 'is' : 'are'} missing on this machine. ${advice} ${otherwise}`.trim(),
  );
}
