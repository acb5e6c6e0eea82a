import { AccountChangedError } from '../account-changed-error.ts';
import type { HttpClient } from '../http.ts';
import type { JsonStorage } from './json-storage.ts';

const key = 'log-out';

/**
 * A log-out that the server may not have heard of. The browser keeps it until the server has ended the session, so that a page
 * which is opened later finishes it before anything else: nobody is logged in again without having logged in.
 */
export class PendingLogOut {
  readonly #storage: JsonStorage;
  readonly #clientOf: (account: string) => Pick<HttpClient, 'logOut'>;
  readonly #locks: Pick<LockManager, 'request'> | undefined;

  /** @param clientOf a client of the session in the cookie, which has to be that account's */
  constructor(
    storage: JsonStorage,
    clientOf: (account: string) => Pick<HttpClient, 'logOut'>,
    locks: Pick<LockManager, 'request'> | undefined,
  ) {
    this.#storage = storage;
    this.#clientOf = clientOf;
    this.#locks = locks;
  }

  /** Whose log-out is not finished. */
  get account(): string | undefined {
    const account = this.#storage.get(key);
    return typeof account === 'string' ? account : undefined;
  }

  begin(account: string): void {
    this.#storage.set(key, account);
  }

  /** Asks the server to end the session, if that is still to be done. Gives whether nothing is left to do. */
  finish(): Promise<boolean> {
    // One tab at a time: the next one sees that it was done, and ends no later session.
    if (!this.#locks) return this.#finish();
    return this.#locks.request('kingbus.log-out', () => this.#finish());
  }

  async #finish(): Promise<boolean> {
    const { account } = this;
    if (account === undefined) return true;
    try {
      await this.#clientOf(account).logOut();
    } catch (error) {
      // Of another account's session, which somebody began since, nothing is to be ended.
      if (!(error instanceof AccountChangedError)) return false;
    }
    this.#storage.remove(key);
    return true;
  }
}
