export interface Bug {
  /** How the module's address ends. */
  module: string;
  /** What stands in its source exactly once, and what is put there. */
  find: string;
  put: string;
  /** What the checker has to say of it: one of these. */
  violations: readonly string[];
}

/** Bugs that a checker worth its name has to catch. preload/bug.ts puts one into a running process. */
export const bugs: Record<string, Bug> = {
  'ack-before-commit': {
    module: '/db/transaction.ts',
    find: 'await lease.db.execute(sql`commit`);',
    put: 'lease.db.execute(sql`commit`).catch(() => {});',
    violations: ['ack-lost', 'ack-elsewhere', 'ack-changed', 'view-differs', 'view-duplicate'],
  },
  'no-gap-fill': {
    module: '/functions/chat/room-feed.ts',
    find: 'if (first > this.#next ||',
    put: 'if (first > this.#next) this.#next = first;\n    if (',
    violations: ['view-hole'],
  },
  'no-tail-sweep': {
    module: '/functions/chat/hub.ts',
    find: 'await this.sweep();\n        dueAt',
    put: 'dueAt',
    violations: ['tail-late'],
  },
};
