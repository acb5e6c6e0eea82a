import type { FileHandle } from 'node:fs/promises';

/** Writes all of a chunk: the kernel may take fewer bytes than it was given. */
export async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length;) from += (await handle.write(chunk, from)).bytesWritten;
}
