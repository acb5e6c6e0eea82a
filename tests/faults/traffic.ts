import type { Api } from './api.ts';
import type { Connection } from './connection.ts';
import type { Ghosts } from './ghosts.ts';
import type { Ledger } from './ledger.ts';
import type { Marks } from './marks.ts';
import type { Passes } from './passes.ts';
import type { RecentTexts } from './recent.ts';
import type { Tally } from './tally.ts';

/** What devices share. */
export interface Traffic {
  ledger: Ledger;
  marks: Marks;
  passes: Passes;
  recent: RecentTexts;
  /** Every connection that is open. */
  connections: Set<Connection>;
  ghosts: Ghosts;
  api: Api;
  /** The index of a room, and of an account, by its id. */
  roomIndex: ReadonlyMap<string, number>;
  accountIndex: ReadonlyMap<string, number>;
  /** Where a device may connect: the front, or a chat process itself. */
  chatOrigins: readonly string[];
  /** Gives leave to send this many new entries, or fewer. */
  allowance: (wanted: number) => number;
  /** `calm` between the storms: nobody starts anything of their own. `settled` once the log has been read as well. */
  phase: 'storm' | 'calm' | 'settled';
  reconnects: Tally;
  doings: Tally;
  /** Aborted when the run ends. */
  over: AbortSignal;
}
