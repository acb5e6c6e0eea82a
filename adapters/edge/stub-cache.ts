/** Stubs that are kept at most. */
const maxSize = 1_000;

/** One stub for each object of a class, by name: calls on the same stub arrive in their order. */
export class StubCache<Kind extends Rpc.DurableObjectBranded> {
  readonly #namespace: DurableObjectNamespace<Kind>;
  readonly #stubs = new Map<string, DurableObjectStub<Kind>>();

  constructor(namespace: DurableObjectNamespace<Kind>) {
    this.#namespace = namespace;
  }

  of(name: string): DurableObjectStub<Kind> {
    let stub = this.#stubs.get(name);
    if (stub === undefined) {
      if (this.#stubs.size >= maxSize) this.#stubs.clear();
      this.#stubs.set(name, (stub = this.#namespace.getByName(name)));
    }
    return stub;
  }

  /** A stub that failed once always fails. The next call takes another one, unless an earlier call has done so. */
  discard(name: string, stub: DurableObjectStub<Kind>): void {
    if (this.#stubs.get(name) === stub) this.#stubs.delete(name);
  }
}
