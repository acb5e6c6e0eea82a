// `npm run release`: dist/kingbus-<version>-linux-<arch>.tar.gz with everything that a server needs, its checksum and its
// bill of materials. What is committed is released, not what lies in the folder. `--arch x64|arm64` (this machine's),
// `--commit REF` (HEAD), `--to FOLDER` (dist).
import { report } from './command.ts';
import { makeRelease } from './release/make-release.ts';
import { readOptions } from './release/options.ts';

try {
  const { tarball, checksum, sbom } = await makeRelease(readOptions(process.argv.slice(2)), console.error);
  console.log([tarball, checksum, sbom].join('\n'));
} catch (error) {
  report(error);
  process.exitCode = 1;
}
