// A process that makes the picture of a file anew in a folder, and says what came of it: to be killed, or given no room.
//   node tests/adapters/remake-picture.ts FOLDER FILE [endless]
import { readFileSync } from 'node:fs';
import { createNodePictures } from '../../adapters/node/node-pictures.ts';
import { WorkFolder } from '../../adapters/node/work-folder.ts';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { streamOf } from '../ports/bodies.ts';

const [folder = '', file = '', endless] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(file));
const begun = streamOf(bytes, 65_536);
const body = endless ? begun.pipeThrough(new TransformStream({ flush: () => new Promise(() => {}) })) : begun;
const alive = setInterval(() => {}, 1000);

const limits = { maxBytes: 10 * 2 ** 20, maxPixels: 50_000_000, longestSide: 4096 };
const outcome = await createNodePictures(new WorkFolder(folder))
  .remake(body, limits)
  .then(
    ({ width, height }) => `${width}x${height}`,
    (error: unknown) => `${String(error)}${error instanceof FilesUnavailable && error.full ? ', full' : ''}`,
  );
clearInterval(alive);
process.stdout.write(outcome);
