import type { ViolationKind } from './violations.ts';

/** A change of the text of one module. */
export interface Patch {
  /** How the module's address ends. */
  module: string;
  /** What stands in its source exactly once, and what is put there; `BUG` in it: the bug is switched on. */
  find: string;
  put: string;
}

export interface Bug {
  patches: readonly Patch[];
  /** What the checker has to say of it: one of these at least. */
  violations: readonly ViolationKind[];
}

/** A log that is not what was acknowledged, as it shows first. */
const brokenLog: ViolationKind[] = [
  'ack-lost',
  'ack-elsewhere',
  'ack-changed',
  'view-differs',
  'view-duplicate',
  'conflict-missed',
  'change-lost',
];

const inModule = (module: string, find: string, put: string): Patch[] => [{ module, find, put }];

/**
 * Bugs that a checker worth its name has to catch. All of them are put into the processes of a run of bugs, on Node by
 * preload/bugs.ts and into a Worker by edge/build.ts, and each does nothing until it is switched on by its name.
 */
export const bugs = {
  'ack-before-commit': {
    patches: inModule(
      '/db/engine/transaction.ts',
      "await lease.tx.$client.query('commit');",
      "await (BUG ? void lease.tx.$client.query('commit').catch(() => {}) : lease.tx.$client.query('commit'));",
    ),
    violations: [...brokenLog, 'tail-late'],
  },
  'no-gap-fill': {
    patches: inModule(
      '/functions/chat/room-feed.ts',
      'if (first > this.#next ||',
      'if (BUG && first > this.#next) this.#next = first;\n    if (first > this.#next ||',
    ),
    violations: ['view-hole'],
  },
  'no-tail-sweep': {
    patches: inModule('/functions/chat/sweeper.ts', 'this.#compareHeads(), ', '!BUG && this.#compareHeads(), '),
    violations: ['tail-late'],
  },
  'no-guard': {
    patches: inModule(
      '/adapters/edge/room.ts',
      'if (!this.#guarded) void this.#guard();\n    this.#open++;',
      'if (!BUG && !this.#guarded) void this.#guard();\n    this.#open++;',
    ),
    violations: ['tail-late'],
  },
  'at-of-own-clock': {
    patches: inModule('/db/append-messages.ts', 'const sentAt = room.newestAt', 'const sentAt = !BUG && room.newestAt'),
    violations: ['at-back'],
  },
  'edit-before-commit': {
    patches: inModule(
      '/functions/rooms/message-log.ts',
      `outcomes = await transaction(db, (tx) =>
        appendToRooms(tx, batches, toInstant(now), (message, target) => mayChange(message, target, now)),
      );`,
      `outcomes = await new Promise((resolve, reject) => {
        transaction(db, async (tx) => {
          const planned = await appendToRooms(tx, batches, toInstant(now), (message, target) => mayChange(message, target, now));
          if (BUG && batches.some(({ messages }) => messages.some(({ kind }) => kind === 'edit'))) resolve(planned);
          return planned;
        }).then(resolve, reject);
      });`,
    ),
    violations: brokenLog,
  },
  'deletion-keeps-text': {
    patches: inModule(
      '/db/append-messages.ts',
      "${message.kind === 'edit' ? message.body : ''}, ${stamped}",
      "${message.kind === 'edit' ? message.body : BUG ? sql`${messages.body}` : ''}, ${stamped}",
    ),
    violations: ['deleted-read'],
  },
  'sending-moves-mark': {
    patches: inModule(
      '/db/append-messages.ts',
      'await moveHeads(tx, planned);',
      `await moveHeads(tx, planned);
  if (BUG) for (const { roomId, fresh } of planned) for (const { seq, senderId } of fresh) await tx.execute(sql\`update \${roomMembers} set \${roomMembers.readSeq} = \${seq} where \${roomMembers.roomId} = \${roomId} and \${roomMembers.accountId} = \${senderId}\`);`,
    ),
    violations: ['mark-moved'],
  },
  'mark-goes-back': {
    patches: [
      ...inModule(
        '/db/rooms.ts',
        "if (typeof found !== 'object' || found.read >= Math.min(seq, found.head)) return found;",
        "if (typeof found !== 'object' || (!BUG && found.read >= Math.min(seq, found.head))) return found;",
      ),
      ...inModule(
        '/db/rooms.ts',
        'sql`${roomMembers.readSeq} = greatest(${roomMembers.readSeq}, ${mark})`',
        'sql`${roomMembers.readSeq} = ${BUG ? mark : sql`greatest(${roomMembers.readSeq}, ${mark})`}`',
      ),
    ],
    violations: ['mark-back'],
  },
  'unread-counts-changes': {
    patches: inModule(
      '/db/rooms.ts',
      "inArray(messages.kind, ['text', 'files']),\n        isNull(messages.deletedAt),",
      "...(BUG ? [] : [inArray(messages.kind, ['text', 'files']), isNull(messages.deletedAt)]),",
    ),
    violations: ['unread-wrong'],
  },
  'no-session-sweep': {
    patches: inModule('/functions/chat/sweeper.ts', 'this.#compareSessions(), ', '!BUG && this.#compareSessions(), '),
    violations: ['session-outlived'],
  },
  'renewal-of-ended': {
    patches: inModule(
      '/functions/chat/renewal.ts',
      'return (await isPrincipalLive(this.#ports, principal)) ?',
      'return BUG || (await isPrincipalLive(this.#ports, principal)) ?',
    ),
    violations: ['session-admitted'],
  },
  'suspended-log-in': {
    patches: inModule(
      '/functions/sessions/log-in.ts',
      "if (now.state === 'suspended') {",
      "if (!BUG && now.state === 'suspended') {",
    ),
    violations: ['suspension-passed'],
  },
  'suspension-keeps-sessions': {
    patches: inModule(
      '/functions/quotes/suspend-account.ts',
      'await endSessionsOfAccount(tx, accountId, record.at)',
      'BUG ? [] : await endSessionsOfAccount(tx, accountId, record.at)',
    ),
    violations: ['session-admitted', 'session-outlived'],
  },
  'expiry-untold': {
    patches: inModule(
      '/functions/chat/presence-watch.ts',
      'else if (++watched.missed < 2) return;',
      'else if (BUG || ++watched.missed < 2) return;',
    ),
    violations: ['presence-wrong'],
  },
} as const satisfies Record<string, Bug>;

export type BugName = keyof typeof bugs;

export function bugNamed(name: string): Bug {
  if (!(name in bugs)) throw new Error(`there is no bug named ${name}`);
  return bugs[name as BugName];
}

/** The modules that have bugs put into them, by how their addresses end. */
export const modulesWithBugs: readonly string[] = [
  ...new Set(Object.values(bugs).flatMap(({ patches }) => patches.map(({ module }) => module))),
];

/** The source of a module with its bugs in it. */
export function withBugs(module: string, source: string): string {
  let text = source;
  for (const [name, { patches }] of Object.entries<Bug>(bugs)) {
    for (const { find, put } of patches.filter((each) => each.module === module)) {
      if (text.split(find).length !== 2) throw new Error(`the bug ${name} fits ${module} no longer: ${find}`);
      text = text.replace(find, () => put.replaceAll(/\bBUG\b/gu, `(globalThis.faultsBug === '${name}')`));
    }
  }
  return text;
}
