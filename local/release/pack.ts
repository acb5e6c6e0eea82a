import { createWriteStream, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';

/**
 * Packs a folder into a file, under its own name, so that the same files give the same bytes: sorted, of one time and
 * one owner, with modes of which only "may be run" is left
 * (https://reproducible-builds.org/docs/archives/). Whoever looks sees no half-written file.
 *
 * @param time of every file, in seconds since 1970
 */
export async function pack(folder: string, tarball: string, time: number): Promise<void> {
  const words = [
    '--create',
    '--format=gnu',
    '--sort=name',
    `--mtime=@${time}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u+rwX,go+rX,go-w,u-s,g-s',
  ];
  const tar = execa('tar', [...words, '-C', dirname(folder), basename(folder)], { buffer: false, encoding: 'buffer' });
  // zlib writes neither a time nor a name into its header.
  await Promise.all([tar, pipeline(tar.stdout, createGzip({ level: 9 }), createWriteStream(`${tarball}.new`))]);
  renameSync(`${tarball}.new`, tarball);
}
