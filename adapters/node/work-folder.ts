import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Nothing that is still worked on is this old, in milliseconds, nor does anybody sweep more often. */
const longest = 3600 * 1000;

/**
 * A folder for what lives as long as one request, in the folder for temporary files. Each name begins with the number of the process that
 * made it, so that what a killed one left is known: it goes when the next one starts, or within the hour.
 */
export class WorkFolder {
  readonly #path: string;
  #sweptAt = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** A path at which nothing is yet. */
  async newPath(): Promise<string> {
    await this.#make();
    if (Date.now() - this.#sweptAt > longest) await this.sweep();
    return join(this.#path, `${process.pid}.${randomUUID()}`);
  }

  /** Removes what nobody works on any more. */
  async sweep(): Promise<void> {
    this.#sweptAt = Date.now();
    const names = await readdir(this.#path).catch(() => []);
    await Promise.all(names.map((name) => this.#removeIfLeft(name)));
  }

  async #removeIfLeft(name: string): Promise<void> {
    const path = join(this.#path, name);
    const found = await lstat(path).catch(() => undefined);
    if (!found) return;
    const left = !runs(Number.parseInt(name, 10)) || Date.now() - found.mtimeMs > longest;
    if (left) await rm(path, { force: true }).catch(() => {});
  }

  /** In a folder that all share, somebody else may have been there first: then nothing is written there. */
  async #make(): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const found = await lstat(this.#path);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${this.#path} is somebody else's`);
  }
}

/** Whether there is such a process, of whatever user. */
function runs(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
