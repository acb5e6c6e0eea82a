import { setTimeout as delay } from 'node:timers/promises';
import type { Pass } from './passes.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';

/** Suspends accounts, one at a time, and restores them after a while. */
export class Warden {
  readonly #traffic: Traffic;
  readonly #pass: Pass;
  readonly #random: Random;
  /** The accounts that may be hit. */
  readonly #accounts: number;

  constructor(traffic: Traffic, pass: Pass, accounts: number, random: Random) {
    [this.#traffic, this.#pass, this.#accounts, this.#random] = [traffic, pass, accounts, random];
  }

  /**
   * One account after the other until `signal`; resolves when nobody is suspended any more.
   *
   * @param turn resolves when it is time for the next one, or with the signal
   */
  async rage(turn: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    for (;;) {
      await turn(signal);
      if (signal.aborted) return;
      const account = this.#random.int(0, this.#accounts - 1);
      this.#traffic.doings.add('suspended');
      await this.#move(account, 'suspend', 'yes');
      await delay(this.#random.int(300, 2_000), undefined, { signal }).catch(() => {});
      await this.#move(account, 'restore', 'no');
    }
  }

  async #move(account: number, step: 'suspend' | 'restore', suspended: 'yes' | 'no'): Promise<void> {
    const { passes, api, ledger, over } = this.#traffic;
    const { id } = passes.guest(account);
    passes.suspend(account, 'maybe');
    const question = async () => ({ token: await passes.tokenOf(this.#pass) });
    const answer = await api.insist('POST', `/v1/admin/accounts/${id}/${step}`, question, over);
    if (answer === undefined) return;
    if (answer.status !== 200) {
      ledger.violations.add('refused', `${step} got ${answer.status} ${String(answer.body['code'])}`);
    }
    passes.suspend(account, suspended);
  }
}
