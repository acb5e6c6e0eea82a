export interface Bug {
  /** How the module's address ends. */
  module: string;
  /** What stands in its source exactly once, and what is put there. */
  find: string;
  put: string;
  /** What the checker has to say of it: one of these. */
  violations: readonly string[];
}

/**
 * Bugs that a checker worth its name has to catch. preload/bug.ts puts one into a process on Node, edge/build.ts into a
 * Worker.
 */
export const bugs: Record<string, Bug> = {
  'ack-before-commit': {
    module: '/db/engine/transaction.ts',
    find: 'await lease.tx.execute(sql`commit`);',
    put: 'lease.tx.execute(sql`commit`).catch(() => {});',
    violations: [
      'ack-lost',
      'ack-elsewhere',
      'ack-changed',
      'view-differs',
      'view-duplicate',
      'conflict-missed',
      'tail-late',
    ],
  },
  'no-gap-fill': {
    module: '/functions/chat/room-feed.ts',
    find: 'if (first > this.#next ||',
    put: 'if (first > this.#next) this.#next = first;\n    if (',
    violations: ['view-hole'],
  },
  'no-tail-sweep': {
    module: '/functions/chat/sweeper.ts',
    find: 'await this.sweep();\n        dueAt',
    put: 'dueAt',
    violations: ['tail-late'],
  },
  'no-guard': {
    module: '/adapters/edge/room.ts',
    find: 'if (!this.#guarded) void this.#guard();\n    this.#open++;',
    put: 'this.#open++;',
    violations: ['tail-late'],
  },
};

export function bugNamed(name: string): Bug {
  const bug = bugs[name];
  if (bug === undefined) throw new Error(`there is no bug named ${name}`);
  return bug;
}

/** The source of a bug's module with the bug in it. */
export function withBug({ module, find, put }: Bug, source: string): string {
  if (source.split(find).length !== 2) throw new Error(`a bug fits ${module} no longer: ${find}`);
  return source.replace(find, () => put);
}
