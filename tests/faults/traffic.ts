import type { Ledger } from './ledger.ts';
import type { Tally } from './tally.ts';

/** What devices share. */
export interface Traffic {
  ledger: Ledger;
  /** The index of a room by its id. */
  roomIndex: ReadonlyMap<string, number>;
  token: (account: number) => Promise<string>;
  /** Where a device may connect: the front, or a chat process itself. */
  chatOrigins: readonly string[];
  httpOrigins: readonly string[];
  /** Gives leave to send this many new messages, or fewer. */
  allowance: (wanted: number) => number;
  /** Between the storms: nobody starts anything of their own. */
  calm: boolean;
  reconnects: Tally;
  doings: Tally;
}
