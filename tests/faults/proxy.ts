import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Which way bytes go: `up` from the product to its server, `down` back. */
export type Direction = 'up' | 'down';

/** Looks at bytes as they pass; `swallow` keeps them from going on, and from those that would have looked after it. */
export type Watch = (bytes: Buffer, direction: Direction, link: Link) => 'pass' | 'swallow';

export interface ProxyOptions {
  /** How long a dead link lasts on the server's side, in milliseconds, as if it ended what is silent by itself; unset: until `bury`. */
  forgetsAfter?: number;
  /** Its servers tell where the others are. */
  translates?: boolean;
}

/**
 * Stands between one process and one server (MariaDB, Redis), or several that are one (a cluster, a master with its replica
 * and sentinel), so that the network between them can fail: it sees what goes by, holds it, delays it, loses it, or cuts it.
 * What one of several servers says of where the others are is changed to the ways through here.
 */
export class Proxy {
  /** Bytes wait, and new connections hang, as while a cable is out. */
  #held = false;
  /** How late bytes arrive, in milliseconds. */
  delay = 0;
  readonly watches = new Set<Watch>();
  readonly links = new Set<Link>();
  readonly forgetsAfter: number | undefined;
  readonly #translates: boolean;
  /** By the server's port: the door that leads to it. */
  readonly #doors = new Map<number, Server>();

  private constructor({ forgetsAfter, translates = false }: ProxyOptions) {
    this.forgetsAfter = forgetsAfter;
    this.#translates = translates;
  }

  /** @param targets the ports of the servers */
  static async start(targets: number | readonly number[], options: ProxyOptions = {}): Promise<Proxy> {
    const proxy = new Proxy(options);
    for (const target of [targets].flat()) {
      const door = createServer({ pauseOnConnect: true });
      door.listen(0, '127.0.0.1');
      await once(door, 'listening');
      door.on('connection', (near: Socket) => void new Link(proxy, near, target));
      proxy.#doors.set(target, door);
    }
    return proxy;
  }

  /** Where the way to its only server begins, or to the first one. */
  get port(): number {
    return this.portTo(this.#doors.keys().next().value as number);
  }

  /** Where the way to a server begins. */
  portTo(target: number): number {
    const door = this.#doors.get(target) as Server;
    return (door.address() as AddressInfo).port;
  }

  /** What a server says, with the ways through here in place of the places of several servers. All ports have five digits. */
  translate(bytes: Buffer): Buffer {
    if (!this.#translates) return bytes;
    let text = bytes.toString('latin1');
    for (const target of this.#doors.keys()) {
      const place = new RegExp(`(?<=:|\\$5\\r\\n|127\\.0\\.0\\.1[ :])${target}(?=\\r\\n| )`, 'gu');
      text = text.replaceAll(place, String(this.portTo(target)));
    }
    return Buffer.from(text, 'latin1');
  }

  get held(): boolean {
    return this.#held;
  }

  /** Silence both ways, unknown to both sides. */
  hold(): void {
    this.#held = true;
    for (const link of this.links) link.hold();
  }

  /** The cable is in again: what waited goes on. */
  release(): void {
    this.#held = false;
    for (const link of this.links) link.release();
  }

  /** Resets every connection, each after a part of what it was just carrying. */
  cut(): void {
    for (const link of this.links) link.cut();
  }

  /** Connections that were lost on the way, and that only one side knows of, end. */
  bury(): void {
    for (const link of this.links) if (link.dead) link.cut();
  }

  async close(): Promise<void> {
    this.cut();
    for (const door of this.#doors.values()) {
      door.close();
      await once(door, 'close');
    }
  }
}

/** One connection through a proxy. */
export class Link {
  /** Nothing passes any more, for ever, and neither side is told. */
  dead = false;
  /** The commands that went up say that it subscribes. */
  subscribes = false;
  readonly #proxy: Proxy;
  readonly #near: Socket;
  readonly #far: Socket;

  constructor(proxy: Proxy, near: Socket, target: number) {
    this.#proxy = proxy;
    this.#near = near;
    this.#far = connect(target, '127.0.0.1');
    near.setNoDelay(true);
    this.#far.setNoDelay(true);
    proxy.links.add(this);
    this.#pump(near, this.#far, 'up');
    this.#pump(this.#far, near, 'down');
    if (proxy.held) this.hold();
    else near.resume();
  }

  hold(): void {
    this.#near.pause();
    this.#far.pause();
  }

  release(): void {
    if (this.dead) return;
    this.#near.resume();
    this.#far.resume();
  }

  /** Half-open: what is sent is lost, and neither side hears that the other one closed. */
  die(): void {
    this.dead = true;
    if (this.#proxy.forgetsAfter !== undefined) {
      setTimeout(() => this.#far.resetAndDestroy(), this.#proxy.forgetsAfter).unref();
    }
  }

  cut(): void {
    this.#proxy.links.delete(this);
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  #pump(from: Socket, to: Socket, direction: Direction): void {
    /** Never overtaken by what comes when the delay has ended: it is one stream. */
    const late: { bytes: Buffer; dueAt: number }[] = [];
    const passLate = () => {
      for (let [next] = late; next !== undefined; [next] = late) {
        const wait = next.dueAt - performance.now();
        if (wait > 0) return void setTimeout(passLate, wait);
        late.shift();
        this.#pass(next.bytes, from, to);
      }
    };
    from.on('data', (data: Buffer) => {
      const bytes = direction === 'down' ? this.#proxy.translate(data) : data;
      if (direction === 'up' && !this.subscribes)
        this.subscribes = /\r\ns?subscribe\r\n/iu.test(bytes.toString('latin1'));
      if (this.dead) return;
      for (const watch of this.#proxy.watches) if (watch(bytes, direction, this) === 'swallow') return;
      if (this.#proxy.delay === 0 && late.length === 0) return this.#pass(bytes, from, to);
      late.push({ bytes, dueAt: performance.now() + this.#proxy.delay });
      if (late.length === 1) setTimeout(passLate, this.#proxy.delay);
    });
    from.on('error', () => this.#endOf(from, to));
    from.on('close', () => this.#endOf(from, to));
  }

  #pass(bytes: Buffer, from: Socket, to: Socket): void {
    if (to.destroyed || this.dead || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => {
      if (!this.#proxy.held) from.resume();
    });
  }

  #endOf(from: Socket, to: Socket): void {
    from.destroy();
    // A dead link's other side learns nothing, until `bury`.
    if (this.dead && !to.destroyed) return;
    to.destroy();
    this.#proxy.links.delete(this);
  }
}
