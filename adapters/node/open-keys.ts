import { watch } from 'node:fs';
import type { Keys, Log } from '../../functions/ports.ts';
import { logSecurity } from '../../functions/security/security-events.ts';
import { createKeys, keyLives } from '../shared/keys.ts';
import { readKeyFiles } from './keys-directory.ts';
import type { KeyFile } from './keys-directory.ts';
import { repeat } from './repeat.ts';
import { StartFault } from './start-fault.ts';

/** How often the folder is read anew, in milliseconds, where the system says nothing of its changes, as over a network. */
const lookMs = 10_000;

export interface OpenKeys {
  keys: Keys;
  /** Reads the folder anew, now. */
  reload: () => Promise<void>;
  close: () => void;
}

/**
 * The keys of a process: those of a directory, as they change. A folder that cannot be read any more, or holds what is no key,
 * changes nothing: the keys of before go on, and the log says why.
 *
 * @throws StartFault where there is none to begin with
 */
export async function openKeys(directory: string, options: { strict: boolean }, log: Log): Promise<OpenKeys> {
  const first = await readKeyFiles(directory, options);
  const keys = await createKeys(first.map(({ jwk }) => jwk));
  let known = kidsOf(first);
  let failure: string | undefined;

  const readAnew = async () => {
    try {
      const files = await readKeyFiles(directory, options);
      failure = undefined;
      if (kidsOf(files) === known) return;
      await keys.replace(files.map(({ jwk }) => jwk));
      known = kidsOf(files);
      logSecurity(log, 'authn_keys_changed', { keys: summaryOf(files) });
    } catch (error) {
      const reason = error instanceof StartFault ? error.message : 'unknown';
      if (reason !== failure) log.warn({ reason }, 'the signing keys cannot be read; those of before go on');
      failure = reason;
    }
  };
  // One after another: what was read first must not be what stays.
  let reading = Promise.resolve();
  const reload = () => (reading = reading.then(readAnew));
  const stopLooking = repeat(reload, lookMs, () => {});
  const stopWatching = watchFolder(directory, () => void reload());
  return {
    keys,
    reload,
    close() {
      void stopLooking();
      stopWatching();
    },
  };
}

const kidsOf = (files: readonly KeyFile[]): string => files.map(({ jwk: { kid, nbf } }) => `${kid} ${nbf}`).join();

const summaryOf = (files: readonly KeyFile[]) =>
  keyLives(
    files.map(({ jwk }) => jwk),
    Date.now(),
  ).map(({ jwk: { kid }, state }) => ({ kid, state }));

/** Calls back at each change of a folder. Where the system cannot tell, nobody is called. */
function watchFolder(directory: string, changed: () => void): () => void {
  try {
    const watcher = watch(directory, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
