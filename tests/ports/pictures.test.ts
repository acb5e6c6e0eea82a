import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodePictures } from '../../adapters/node/node-pictures.ts';
import { WorkFolder } from '../../adapters/node/work-folder.ts';
import { samplePictures } from '../support/pictures.ts';
import { describePictures } from './pictures-contract.ts';

describePictures('sharp', samplePictures, async () => {
  const root = await mkdtemp(join(tmpdir(), 'kingbus-work-'));
  return {
    pictures: createNodePictures(new WorkFolder(root)),
    left: async () => [...(await readdir(root)), ...(await openIn(root))],
    close: () => rm(root, { recursive: true }),
  };
});

/** Files of a folder that this process holds open, those without a name among them. */
async function openIn(root: string): Promise<string[]> {
  const handles = await readdir('/proc/self/fd');
  const paths = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(root));
}
