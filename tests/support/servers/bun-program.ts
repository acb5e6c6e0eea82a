import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The program of the package `bun`. It lies in a package of the platform's own: the links that an install script would
 * make to it are not there, because no install script runs (.npmrc).
 *
 * @throws Error where Bun has none for this platform, or npm left it out
 */
export function bunProgram(): string {
  const architecture = process.arch === 'arm64' ? 'aarch64' : process.arch;
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platformPackage = `@oven/bun-${system}-${architecture}`;
  try {
    const ofBun = createRequire(createRequire(import.meta.url).resolve('bun/package.json'));
    const folder = dirname(ofBun.resolve(`${platformPackage}/package.json`));
    return join(folder, 'bin', system === 'windows' ? 'bun.exe' : 'bun');
  } catch (cause) {
    throw new Error(
      `${platformPackage} is not installed, so nothing can run on Bun here: run "npm ci" without --omit=optional, ` +
        'or leave the project out with "npm test -- --project \'!bun\'"',
      { cause },
    );
  }
}
