import type { IncomingMessage } from 'node:http';

/** How much is read and dropped, in bytes, of who is not behind a front. More than a front lets through where the length is told. */
const atMost = 16 * 1024 * 1024;

/**
 * Reads what is left of a request and drops it. An answer may be known before its request has been read: nobody is logged in, the body
 * is too large. Were it sent at once, the connection would have to be closed with what still arrives, which resets it: the client may
 * lose the answer, and a front that is still sending takes it for a fault of ours, or has taken the connection back into its pool and
 * loses somebody else's next request. So a front is waited for as long as it sends: it bounds its clients, and gives up before the
 * server does (`requestTimeoutMs`). Whoever comes by themselves is read to a bound; beyond it the answer says `Connection: close` (RFC 9112,
 * section 9.6).
 */
export async function readToEnd(incoming: IncomingMessage, viaFront: boolean): Promise<void> {
  let left = viaFront ? Infinity : atMost;
  if (Number(incoming.headers['content-length'] ?? 0) > left) return;
  await new Promise<void>((resolve) => {
    function done(): void {
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
