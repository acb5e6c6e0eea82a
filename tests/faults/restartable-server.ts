import type { BackgroundServer } from '../../local/servers/background.ts';

/** A server that can be killed, frozen, and started again on its port and its data. */
export class RestartableServer<Server extends BackgroundServer & { port: number }> {
  readonly name: string;
  current: Server;
  readonly #start: (port?: number) => Promise<Server>;
  /** A frozen server would not hear that it ends with us. */
  readonly #thaw = () => void process.kill(this.current.pid, 'SIGCONT');

  static async start<Server extends BackgroundServer & { port: number }>(
    name: string,
    start: (port?: number) => Promise<Server>,
  ): Promise<RestartableServer<Server>> {
    return new RestartableServer(name, start, await start());
  }

  private constructor(name: string, start: (port?: number) => Promise<Server>, first: Server) {
    this.name = name;
    this.#start = start;
    this.current = first;
  }

  kill(): Promise<void> {
    return this.current.kill();
  }

  async startAgain(): Promise<void> {
    this.current = await this.#start(this.current.port);
  }

  pause(): void {
    process.kill(this.current.pid, 'SIGSTOP');
    process.on('exit', this.#thaw);
  }

  unpause(): void {
    process.off('exit', this.#thaw);
    this.#thaw();
  }

  stop(): Promise<void> {
    return this.current.stop();
  }
}
