import type { AccountId, SessionId } from '../../schema/ids.ts';
import { Problem } from '../http/problems.ts';
import { isPrincipalLive } from '../identity/principal-of.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { principalOfFrame } from './principal-of-frame.ts';

/** Looks at tokens that are presented on a connection which stands: each has to pass what a token passes at the upgrade. */
export class Renewal {
  readonly #ports: Pick<Ports, 'clock' | 'db' | 'keys' | 'log' | 'settings'>;
  readonly #presented = new Set<SessionId>();

  constructor(ports: Pick<Ports, 'clock' | 'db' | 'keys' | 'log' | 'settings'>) {
    this.#ports = ports;
  }

  /**
   * The principal of a token of this account, or undefined where its session has ended. Problems: `unauthenticated`,
   * `token_expired`; anything else says nothing against the token.
   */
  async check(token: string, accountId: AccountId | undefined): Promise<Principal | undefined> {
    const principal = await principalOfFrame(this.#ports, token);
    if (principal.accountId !== accountId) throw new Problem('unauthenticated');
    const { sessionId } = principal;
    this.#presented.add(sessionId);
    try {
      return (await isPrincipalLive(this.#ports, principal)) ? principal : undefined;
    } finally {
      this.#presented.delete(sessionId);
    }
  }

  /** Whether a token of this session is being looked at: what is heard of its end meanwhile counts. */
  isChecking(sessionId: SessionId): boolean {
    return this.#presented.has(sessionId);
  }
}
