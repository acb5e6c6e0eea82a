// A process that puts so many bytes under a key of a folder, and says what came of it: to be killed, or given no room.
//   node tests/adapters/put-on-disk.ts FOLDER KEY BYTES
import { createDiskFiles } from '../../adapters/node/disk-files.ts';
import type { FileKey } from '../../schema/ids.ts';
import { patterned, streamOf } from '../ports/bodies.ts';

const [folder = '', key = '', bytes = ''] = process.argv.slice(2);
const maxBytes = Number(bytes);
const begun = streamOf(patterned(maxBytes), 65_536);
// All bytes, and then no end: only a signal, or the disk, ends it.
const body = begun.pipeThrough(new TransformStream({ flush: () => new Promise(() => {}) }));
const alive = setInterval(() => {}, 1000);

const outcome = await createDiskFiles(folder)
  .put(key as FileKey, body, { maxBytes, type: 'application/octet-stream' })
  .then(
    () => 'stored',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${String(error.cause)}` : String(error)),
  );
clearInterval(alive);
process.stdout.write(outcome);
