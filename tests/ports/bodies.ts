/** Bytes that repeat nowhere near, so that nothing can be swapped, lost or doubled unseen. */
export function patterned(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed + 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function* chunksOf(bytes: Uint8Array, chunk: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk);
}

/** A body in chunks of so many bytes. */
export function streamOf(bytes: Uint8Array, chunk: number): ReadableStream<Uint8Array> {
  const chunks = chunksOf(bytes, chunk);
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** A body that gives all of these bytes, and then an error instead of its end. */
export function breakingAfter(bytes: Uint8Array, chunk: number, error: Error): ReadableStream<Uint8Array> {
  const chunks = chunksOf(bytes, chunk);
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.error(error);
      else controller.enqueue(value);
    },
  });
}

/** A body that ends when somebody says so: everything of it was asked for, its end is still out. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  readonly reached = this.#reached.promise;

  open(): void {
    this.#opened.resolve();
  }

  after(bytes: Uint8Array, chunk: number): ReadableStream<Uint8Array> {
    const chunks = chunksOf(bytes, chunk);
    const [reached, opened] = [this.#reached, this.#opened];
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = chunks.next();
          if (!done) return controller.enqueue(value);
          reached.resolve();
          await opened.promise;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** A body that counts the bytes which were asked of it, and goes on far beyond every limit; not for ever, if there is none. */
export class Source {
  made = 0;
  readonly #cancelled = Promise.withResolvers<unknown>();
  /** Why nobody reads on. */
  readonly cancelled = this.#cancelled.promise;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(chunk: number) {
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (this.made > 32 * 2 ** 20) return controller.error(new Error('nobody stopped reading'));
        this.made += chunk;
        controller.enqueue(new Uint8Array(chunk));
      },
      cancel: (reason) => this.#cancelled.resolve(reason),
    });
  }
}

export async function bytesOf(stream: ReadableStream<Uint8Array> | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (!stream) throw new Error('there is no such file');
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
