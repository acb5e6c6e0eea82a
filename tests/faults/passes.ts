import { signAccessToken } from '../../functions/identity/access-token.ts';
import type { Principal } from '../../functions/identity/principal.ts';
import type { Ports } from '../../functions/ports.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import type { Api } from './api.ts';
import type { Random } from './random.ts';
import type { Violations } from './violations.ts';

/** The password of everybody. */
export const password = 'seoul to busan by night';

/** One session, as the checker knows it. */
export interface Pass {
  readonly account: number;
  readonly sessionId: SessionId;
  /** With which it logs out. */
  readonly refreshToken: string;
  /** Its end was asked for: it may have ended, and if it has, that is right. */
  ending: boolean;
  /** A suspension was asked for while it was open: it ends with that. */
  doomed: boolean;
  /** When its end was answered, in milliseconds of `performance.now()`; undefined before. */
  endedAt: number | undefined;
}

/** An account, and whether it may come in: `maybe` while a suspension, or its end, was asked for and not answered. */
export interface Guest {
  readonly id: AccountId;
  readonly username: string;
  readonly role: Principal['role'];
  suspended: 'no' | 'maybe' | 'yes';
  /** Counts the changes of `suspended`. */
  spell: number;
}

export const newGuest = (id: AccountId, username: string, role: Principal['role']): Guest => ({
  id,
  username,
  role,
  suspended: 'no',
  spell: 0,
});

/** How an account stood when something was asked for. */
export type Stand = Pick<Guest, 'suspended' | 'spell'>;

/** The most ended sessions of an account that are remembered. */
const remembered = 6;

/** Who may come in, and with what: which sessions live, which have ended, which accounts are suspended. */
export class Passes {
  readonly guests: readonly Guest[];
  readonly #ports: Pick<Ports, 'clock' | 'keys' | 'settings'>;
  readonly #api: Api;
  readonly #violations: Violations;
  readonly #live = new Set<Pass>();
  readonly #ended = new Map<number, Pass[]>();
  readonly #onEnded: (pass: Pass) => void;
  readonly #tokens = new WeakMap<Pass, { token: string; signedAt: number }>();

  constructor(
    ports: Pick<Ports, 'clock' | 'keys' | 'settings'>,
    guests: readonly Guest[],
    api: Api,
    violations: Violations,
    onEnded: (pass: Pass) => void,
  ) {
    this.#onEnded = onEnded;
    this.#ports = ports;
    this.guests = guests;
    this.#api = api;
    this.#violations = violations;
  }

  /** A session that was opened. */
  add(account: number, session: Pick<Pass, 'sessionId' | 'refreshToken'>): Pass {
    const ending = this.guest(account).suspended !== 'no';
    const pass = { ...session, account, ending, doomed: false, endedAt: undefined };
    this.#live.add(pass);
    return pass;
  }

  /** An access token as the product signs them, also for a session that has ended. It lasts 10 minutes, and is 90 seconds old at most. */
  async tokenOf(pass: Pass): Promise<string> {
    const known = this.#tokens.get(pass);
    if (known && Date.now() - known.signedAt < 90_000) return known.token;
    const { id: accountId, role } = this.guest(pass.account);
    const token = await signAccessToken(this.#ports, { accountId, role, sessionId: pass.sessionId });
    this.#tokens.set(pass, { token, signedAt: Date.now() });
    return token;
  }

  guest(account: number): Guest {
    return this.guests[account] as Guest;
  }

  /** Logs in; undefined where it did not work, as while the account is suspended. */
  async logIn(account: number, from: number): Promise<Pass | undefined> {
    const guest = { ...this.guest(account) };
    const answer = await this.#api.ask('POST', '/v1/sessions', { body: { username: guest.username, password }, from });
    if (answer === undefined) return undefined;
    const { status, body } = answer;
    if (status === 201) {
      this.expectAdmitted(account, guest, 'logged in');
      const { accessToken, refreshToken } = body as { accessToken: string; refreshToken: string };
      return this.add(account, { sessionId: sessionOf(accessToken), refreshToken });
    }
    if (body['code'] !== 'account_suspended' || this.#stoodOpen(account, guest)) {
      this.#violations.add('refused', `${guest.username} logged in, and got ${status} ${String(body['code'])}`);
    }
    return undefined;
  }

  /** Logs out, for as long as it takes. */
  async logOut(pass: Pass, from: number, signal: AbortSignal): Promise<void> {
    pass.ending = true;
    const question = async () => ({ body: { refreshToken: pass.refreshToken }, from });
    const answer = await this.#api.insist('POST', '/v1/sessions/log-out', question, signal);
    if (answer === undefined) return;
    if (answer.status !== 204) {
      this.#violations.add('refused', `a log-out got ${answer.status} ${String(answer.body['code'])}`);
    }
    this.#end(pass);
  }

  /** A suspension, or its end, is asked for, or was answered. */
  suspend(account: number, suspended: Guest['suspended']): void {
    const guest = this.guest(account);
    const passes = [...this.#live].filter((pass) => pass.account === account);
    // What was opened before it was asked for has ended with it.
    if (suspended === 'yes') for (const pass of passes) if (pass.ending && pass.doomed) this.#end(pass);
    if (suspended === 'maybe' && guest.suspended === 'no') for (const pass of passes) pass.ending = pass.doomed = true;
    guest.suspended = suspended;
    guest.spell++;
  }

  /** An account has got in that stood so when it asked: a suspended one must not. */
  expectAdmitted(account: number, before: Stand, what: string): void {
    const { spell, username } = this.guest(account);
    if (before.suspended === 'yes' && spell === before.spell) {
      this.#violations.add('suspension-passed', `${username} ${what} while it was suspended`);
    }
  }

  /** A session of the account that is known to have ended, if there is one. */
  anEnded(account: number, random: Random): Pass | undefined {
    const ended = this.#ended.get(account) ?? [];
    return ended.length === 0 ? undefined : random.pick(ended);
  }

  #stoodOpen(account: number, before: Stand): boolean {
    const { suspended, spell } = this.guest(account);
    return suspended === 'no' && before.suspended === 'no' && before.spell === spell;
  }

  #end(pass: Pass): void {
    pass.endedAt = performance.now();
    this.#live.delete(pass);
    const ended = this.#ended.get(pass.account) ?? [];
    this.#ended.set(pass.account, [...ended, pass].slice(-remembered));
    this.#onEnded(pass);
  }
}

const sessionOf = (token: string): SessionId =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: SessionId }).sid;
