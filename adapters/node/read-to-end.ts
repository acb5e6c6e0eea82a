import type { IncomingMessage } from 'node:http';
import { readOnAtMost, readOnMs } from '../shared/read-on.ts';

/** Reads what is left of a request and drops it, within the bound. */
export async function readToEnd(incoming: IncomingMessage): Promise<void> {
  if (Number(incoming.headers['content-length'] ?? 0) > readOnAtMost) return;
  await new Promise<void>((resolve) => {
    let left = readOnAtMost;
    const timer = setTimeout(done, readOnMs);
    function done(): void {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', done).off('close', done).pause();
      resolve();
    }
    function onData(chunk: Buffer): void {
      left -= chunk.length;
      if (left < 0) done();
    }
    // Whoever began to read and gave up would hold it back.
    incoming.removeAllListeners('data');
    incoming.on('data', onData).once('end', done).once('close', done).resume();
  });
}
