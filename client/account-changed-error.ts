/**
 * The session that was to go on is another account's: somebody else logged in where it was kept, as in another tab of the same
 * browser. The client that finds this out has ended; it never acts as the other account.
 */
export class AccountChangedError extends Error {
  override name = 'AccountChangedError';
  readonly code = 'account_changed';
  /** Whose client it was, and whose session was found: ids of accounts. */
  readonly from: string;
  readonly to: string;

  constructor({ from, to }: { from: string; to: string }) {
    super(`the session of account ${from} has become one of account ${to}`);
    this.from = from;
    this.to = to;
  }
}
