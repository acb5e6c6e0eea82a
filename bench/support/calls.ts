import type { ChildProcess } from 'node:child_process';

interface Call {
  id: number;
  name: string;
  argument: unknown;
}

interface Answer {
  id: number;
  value?: unknown;
  failure?: string;
}

type Handlers = Record<string, (argument: never) => unknown>;

/** In a child: answers its parent's calls by name. Several modules of one child may each answer names of their own. */
export function answerCalls(handlers: Handlers): void {
  process.on('message', async ({ id, name, argument }: Call) => {
    const handler = handlers[name] as ((argument: unknown) => unknown) | undefined;
    if (handler === undefined) return;
    const answer: Answer = { id };
    try {
      answer.value = await handler(argument);
    } catch (error) {
      answer.failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    process.send?.(answer);
  });
}

/** The parent's end: calls a child by name, and waits for its answer. A child that has ended fails every call, with what it said last. */
export class Caller {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #lastWords: () => string;
  #ended: Error | undefined;
  #last = 0;

  /** @param lastWords what a child that has ended wrote before */
  constructor(child: ChildProcess, name: string, lastWords: () => string) {
    this.#child = child;
    this.#lastWords = lastWords;
    child.on('message', ({ id, value, failure }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(failure));
    });
    // The channel may close before the child's end is known.
    child.on('error', () => {});
    child.on('exit', (code, signal) => this.#fail(`${name} ended with ${code ?? signal}`));
  }

  call<Value = void>(name: string, argument?: unknown): Promise<Value> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#last;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    // Where it does not arrive the child is ending, which fails all calls.
    this.#child.send({ id, name, argument } satisfies Call, () => {});
    return waiting.promise as Promise<Value>;
  }

  #fail(what: string): void {
    this.#ended = new Error(`${what}:\n${this.#lastWords()}`);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
