import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';

export interface WireOptions {
  /** Of 127.0.0.1. */
  port: number;
  path: string;
  headers?: Record<string, string>;
  /** A whole text frame's payload. */
  onText: (payload: Buffer, socket: WireSocket) => void;
  onClose?: (reason: string) => void;
}

/**
 * A WebSocket client of the least effort, so that ten thousand of them leave the machine to the server that is measured:
 * unfragmented text, answers to pings, and nothing else of RFC 6455.
 */
export class WireSocket {
  readonly #socket: Socket;
  readonly #options: WireOptions;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, options: WireOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  static async open(options: WireOptions): Promise<WireSocket> {
    const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    const wire = new WireSocket(socket, options);
    const headers = {
      Host: `127.0.0.1:${options.port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...options.headers,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`GET ${options.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    await wire.#handshake();
    return wire;
  }

  send(text: string): void {
    this.#write(0x81, Buffer.from(text));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #handshake(): Promise<void> {
    let head = Buffer.alloc(0);
    let end = -1;
    while (end === -1) {
      const [data] = (await once(this.#socket, 'data')) as [Buffer];
      head = Buffer.concat([head, data]);
      end = head.indexOf('\r\n\r\n');
    }
    const answer = head.toString('latin1', 0, end);
    if (!answer.startsWith('HTTP/1.1 101')) throw new Error(`no WebSocket: ${answer}`);
    this.#socket.on('data', (data: Buffer) => this.#read(data));
    this.#socket.on('close', () => this.#options.onClose?.('the connection closed'));
    this.#socket.on('error', () => {});
    const rest = head.subarray(end + 4);
    if (rest.length > 0) this.#read(rest);
  }

  #read(data: Buffer): void {
    const bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    let offset = 0;
    for (;;) {
      const start = payloadStart(bytes, offset);
      if (start === undefined) break;
      const end = start + payloadLength(bytes, offset);
      if (end > bytes.length) break;
      this.#take((bytes[offset] as number) & 0x0f, bytes.subarray(start, end));
      offset = end;
    }
    this.#rest = offset === bytes.length ? Buffer.alloc(0) : bytes.subarray(offset);
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === 0x1) this.#options.onText(payload, this);
    else if (opcode === 0x9) this.#write(0x8a, payload);
    else if (opcode === 0x8) {
      this.#options.onClose?.(`closed with ${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`);
      this.#socket.destroy();
    }
  }

  /** Clients mask (RFC 6455, section 5.3); a mask of zeros leaves the payload as it is. */
  #write(first: number, payload: Buffer): void {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = first;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

function payloadStart(bytes: Buffer, offset: number): number | undefined {
  const available = bytes.length - offset;
  if (available < 2) return undefined;
  const short = (bytes[offset + 1] as number) & 0x7f;
  const size = short === 127 ? 10 : short === 126 ? 4 : 2;
  return available < size ? undefined : offset + size;
}

function payloadLength(bytes: Buffer, offset: number): number {
  const short = (bytes[offset + 1] as number) & 0x7f;
  if (short === 127) return Number(bytes.readBigUInt64BE(offset + 2));
  return short === 126 ? bytes.readUInt16BE(offset + 2) : short;
}
