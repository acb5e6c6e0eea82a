import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeTextFrames } from './frames.ts';

/**
 * What this product touches of `ws` 8.23 beneath its public face: the connection under a WebSocket, and whether its sender
 * writes at once. It writes a frame by `_socket.write` while `_state` is 0; only compression and blobs make it wait, and
 * neither is used here. package.json pins the version.
 */
interface Internals {
  _socket: Duplex | null;
  _sender: { _state: number } | null;
}

/** The connection under an open WebSocket, where a whole frame may be written to it now; undefined where not. */
export function connectionOf(socket: WebSocket): Duplex | undefined {
  const { _socket: connection, _sender: sender } = socket as unknown as Internals;
  if (socket.readyState !== WebSocket.OPEN || connection === null || sender === null) return undefined;
  const { _state: state } = sender;
  return state === 0 ? connection : undefined;
}

const samples = ['', '안녕하세요', 'x'.repeat(126), 'y'.repeat(70_000)];

/**
 * Whether the installed `ws` is as described above: whether frames of ours, written to the connection beneath, are the
 * very bytes that its own `send` writes, in order with them. Asked once, at the start of a process.
 */
export function canWriteBeneath(): boolean {
  try {
    const wire = new Wire();
    const socket = accept(wire);
    for (const sample of samples) socket.send(sample);
    const expected = wire.written();
    for (const [index, sample] of samples.entries()) {
      if (index % 2 === 0) socket.send(sample);
      else connectionOf(socket)?.write(encodeTextFrames([sample]));
    }
    const written = wire.written();
    socket.terminate();
    return expected.length > 70_000 && written.equals(expected) && connectionOf(socket) === undefined;
  } catch {
    return false;
  }
}

/** A connection without a network, that keeps what is written to it. */
class Wire extends Duplex {
  #chunks: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  written(): Buffer {
    return Buffer.concat(this.#chunks.splice(0));
  }
}

/** A server's WebSocket on that connection, by the public way. */
function accept(wire: Wire): WebSocket {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  const request: Partial<IncomingMessage> = {
    method: 'GET',
    headers: { upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
  };
  let accepted: WebSocket | undefined;
  server.handleUpgrade(request as IncomingMessage, wire, Buffer.alloc(0), (socket) => (accepted = socket));
  wire.written();
  if (accepted === undefined) throw new Error('the handshake takes longer than it did');
  return accepted;
}
