import { statfs } from 'node:fs/promises';
import { pino } from 'pino';
import { newFileKey } from '../../../functions/files/file-key.ts';
import type { FilesSettings } from '../open-files.ts';
import { openFiles } from '../open-files.ts';
import { about } from './finding.ts';
import type { Finding } from './finding.ts';

/** The part of a disk that should be free. */
const freeAtLeast = 0.1;

/** Whether the storage of files takes one, gives it back, and forgets it. */
export async function checkFiles(settings: FilesSettings): Promise<Finding[]> {
  const { ok, fault } = about('files');
  const files = await openFiles(settings, pino({ level: 'silent' }));
  const key = newFileKey();
  await files.put(key, new Blob(['KingBus']).stream(), { maxBytes: 100, type: 'text/plain' });
  const found = await files.open(key);
  const text = found === undefined ? '' : await new Response(found.body).text();
  await files.delete(key);
  if (text !== 'KingBus') return [fault('the storage does not give back what it has taken')];
  return 's3' in settings
    ? [ok('the bucket takes, gives and forgets')]
    : [ok('the folder takes, gives and forgets'), ...(await checkSpace('files', settings.folder))];
}

/** Whether the disk that a folder is on has room. */
async function checkSpace(subject: string, folder: string): Promise<Finding[]> {
  const { bavail, blocks, bsize } = await statfs(folder);
  if (bavail / blocks >= freeAtLeast) return [];
  const free = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB`;
  return [about(subject).warning(`of its disk only ${free} are free (${Math.round((bavail / blocks) * 100)} %)`)];
}
