// Plain JavaScript because bootstrap.mjs needs it before any package, and before a Node that reads TypeScript, is there.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';

/**
 * The command line of a running process, its words joined by spaces.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process runs
 */
export function commandLineOf(pid) {
  try {
    // A zombie still has its pid, with an empty command line: it no longer runs.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() || undefined;
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** What our command lines contain: our scripts, and the runner of the tests, which renames its workers. */
const ours = /\b(?:local|bench|tests)\/|vitest/u;

/**
 * Who holds a lock file, if its process still runs. The process id may have gone to a stranger since, after a restart of
 * the machine for one, so the command line must name one of our scripts.
 *
 * @param {string} file
 * @returns {number | undefined} its pid
 */
export function lockHolder(file) {
  let pid;
  try {
    pid = Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return ours.test(commandLineOf(pid) ?? '') ? pid : undefined;
}

/**
 * Takes a lock file, or says who has it. A lock whose holder has died is taken over.
 *
 * @param {string} file its folder is made if need be
 * @returns {{ release: () => void } | { heldBy: number }}
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (;;) {
      try {
        // A link appears with its content in it, so nobody ever reads a lock that is still empty.
        linkSync(own, file);
        return { release: () => release(file) };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const heldBy = lockHolder(file);
      if (heldBy !== undefined) return { heldBy };
      setAside(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} file */
function release(file) {
  try {
    if (Number(readFileSync(file, 'utf8')) === process.pid) rmSync(file);
  } catch {
    // The whole folder may be gone already: nothing is left to release.
  }
}

/**
 * Removes a dead holder's lock. Two starts may do this at once, and the slower one must not remove the lock that the
 * faster one has just taken: what it moved away is looked at again, and put back if it is alive.
 *
 * @param {string} file
 */
function setAside(file) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    if (lockHolder(aside) !== undefined) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
