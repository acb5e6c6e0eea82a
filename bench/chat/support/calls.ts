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

/** The parent's end: calls a child by name, and waits for its answer. A child that ends fails every call under way. */
export class Caller {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, value, failure }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(failure));
    });
    child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the process ended with ${code ?? signal}`));
      this.#waiting.clear();
    });
  }

  call<Value = void>(name: string, argument?: unknown): Promise<Value> {
    const id = ++this.#last;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, name, argument } satisfies Call);
    return waiting.promise as Promise<Value>;
  }
}
