import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** One address before whichever process is meant now, as a front or a restarted server is to its clients. */
export class Switchboard {
  readonly #server: Server;
  readonly #lines = new Set<Socket>();
  #target: string;

  static async start(target: string): Promise<Switchboard> {
    const server = createServer();
    const board = new Switchboard(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return board;
  }

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (caller) => this.#join(caller));
  }

  /** `http://127.0.0.1:12345` */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** New connections go to this origin from now on; those that stand, stand. */
  pointTo(target: string): void {
    this.#target = target;
  }

  /** Breaks every connection that stands. */
  cut(): void {
    for (const line of this.#lines) line.destroy();
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }

  #join(caller: Socket): void {
    const { hostname, port } = new URL(this.#target);
    const called = connect(Number(port), hostname);
    for (const [line, other] of [
      [caller, called],
      [called, caller],
    ] as const) {
      this.#lines.add(line);
      line.on('error', () => other.destroy());
      line.on('close', () => {
        this.#lines.delete(line);
        other.destroy();
      });
      line.pipe(other);
    }
  }
}
