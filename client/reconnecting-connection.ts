import type { ServerFrame } from '../functions/chat/frames.ts';
import { ChatError } from './chat-error.ts';
import type { ChatOptions, ChatState } from './chat-types.ts';
import { Connection } from './connection.ts';
import type { OutgoingFrame } from './connection.ts';
import { afterClose, Backoff } from './reconnect.ts';

export type ReconnectingOptions = Pick<ChatOptions, 'url' | 'token' | 'reconnect' | 'silenceMs' | 'answerMs'>;

export interface ReconnectingListener {
  onFrame(frame: ServerFrame): void;
  /** The connection is gone: what was under way on it has no answer. */
  onInterruption(): void;
  onState(state: ChatState): void;
}

/** Before its end by which a token is replaced, in milliseconds; a quarter of its life where that is less. */
const renewalMs = 60_000;
/** Not more often than this, whatever the clocks say. */
const leastRenewalMs = 10_000;
/** A timer that is set to more rings at once; whoever renews too early does no harm. */
const longestTimerMs = 2 ** 31 - 1;
/** After this long a connection counts as good, and pauses begin anew with the next. */
const steadyMs = 5_000;

/** A connection that comes back: after each end it connects anew, after a pause, and it presents a new token before the old one ends. */
export class ReconnectingConnection {
  readonly backoff: Backoff;
  readonly #options: ReconnectingOptions;
  readonly #listener: ReconnectingListener;
  #state: ChatState = { name: 'idle' };
  #connection: Connection | undefined;
  /** The server has taken the token of this connection. */
  #ready = false;
  #needsFresh = false;
  /** Upgrades in a row that were refused. */
  #refusals = 0;
  /** The pause before the next connection that the server asked for with `bye`, in milliseconds. */
  #reconnectAfter: number | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** A token was presented in band, and not answered yet. */
  #renewing = false;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  readonly #delays = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: ReconnectingOptions, listener: ReconnectingListener) {
    this.#options = options;
    this.#listener = listener;
    this.backoff = new Backoff(options.reconnect ?? { fromMs: 500, toMs: 30_000 });
  }

  get state(): ChatState {
    return this.#state;
  }

  /** Begins to connect, unless it has already. */
  open(): void {
    if (this.#state.name !== 'idle') return;
    // Browsers tell when the network is back; Node does not.
    if ('addEventListener' in globalThis) globalThis.addEventListener('online', this.#onNetwork);
    void this.#attempt();
  }

  /** Connects now rather than after the pause, or asks whether the connection still stands. */
  wake(): void {
    if (this.#ready) this.#connection?.probe();
    else if (this.#state.name === 'offline') void this.#attempt();
  }

  /** Gives false while there is no connection. */
  send(frame: OutgoingFrame): boolean {
    return this.#ready && this.#connection?.send(frame) === true;
  }

  /** The same for what the server has to answer in time. */
  ask(frame: OutgoingFrame): boolean {
    const sent = this.send(frame);
    if (sent) this.#connection?.expectAnswer();
    return sent;
  }

  /** The server has taken the token: frames may be sent. */
  onReady(expiresAt: string): void {
    this.#needsFresh = false;
    this.#ready = true;
    this.#expectExpiry(expiresAt);
  }

  onRenewed(expiresAt: string): void {
    this.#renewing = false;
    this.#expectExpiry(expiresAt);
  }

  onBye(reconnectAfter: number): void {
    this.#reconnectAfter = reconnectAfter;
  }

  /** The first frames of a new connection are sent: from now on it counts as connected. */
  online(): void {
    if (!this.#ready) return;
    this.after(steadyMs, () => this.backoff.reset());
    this.#become({ name: 'online' });
  }

  /** Presents a token again, where one was presented that the server could not look at. */
  renewAgain(): void {
    if (this.#renewing) void this.#renew();
  }

  /** Does something later, if the connection still stands then. */
  after(pause: number, act: () => void): void {
    const delay = setTimeout(() => {
      this.#delays.delete(delay);
      act();
    }, pause);
    this.#delays.add(delay);
  }

  /** Ends for good. */
  close(error?: ChatError): void {
    if (this.#state.name === 'closed') return;
    this.#disconnect();
    clearTimeout(this.#waiting);
    if ('removeEventListener' in globalThis) globalThis.removeEventListener('online', this.#onNetwork);
    this.#become({ name: 'closed', ...(error && { error }) });
  }

  readonly #onNetwork = (): void => this.wake();

  async #attempt(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#become({ name: 'connecting' });
    const token = await this.#takeToken(this.#needsFresh);
    if (this.#state.name !== 'connecting') return;
    if (token === undefined) return this.#wait(this.backoff.next());
    const { url, silenceMs = 45_000, answerMs = 15_000 } = this.#options;
    try {
      const connection: Connection = new Connection(
        url,
        token,
        { silenceMs, answerMs },
        {
          onFrame: (frame) => this.#listener.onFrame(frame),
          onClose: (code, opened) => this.#onClose(connection, code, opened),
        },
      );
      this.#connection = connection;
    } catch (error) {
      // No socket can be made of this address, or this token: trying again would change nothing.
      this.close(new ChatError('refused', String(error)));
    }
  }

  /** A token; undefined where there is none now. Where there will be none, the link ends. */
  async #takeToken(fresh: boolean): Promise<string | undefined> {
    const { token, answerMs = 15_000 } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, answerMs, undefined);
    });
    try {
      return await Promise.race([token({ fresh }), late]);
    } catch (error) {
      const code = endingCodeOf(error);
      if (code !== undefined) this.close(new ChatError(code, String(error)));
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes a new token in time; `at` is by the server's clock. */
  #expectExpiry(at: string): void {
    const left = Date.parse(at) - Date.now();
    this.#renewIn(left - Math.min(renewalMs, left / 4));
  }

  #renewIn(pause: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), Math.min(Math.max(leastRenewalMs, pause), longestTimerMs));
  }

  async #renew(): Promise<void> {
    const connection = this.#connection;
    const token = await this.#takeToken(true);
    if (connection !== this.#connection || !this.#ready) return;
    if (token === undefined) return this.#renewIn(leastRenewalMs);
    this.#renewing = true;
    connection?.renew(token);
  }

  #onClose(connection: Connection, code: number, opened: boolean): void {
    if (connection !== this.#connection) return;
    this.#disconnect();
    // A browser does not tell why an upgrade was refused. It may be the token, so every second refusal tries another one.
    this.#refusals = opened ? 0 : this.#refusals + 1;
    if (this.#refusals > 0) this.#needsFresh = this.#refusals % 2 === 0;
    const next = afterClose(code);
    if (next.do === 'stop') return this.close(new ChatError(next.code, `the server closed with ${code}`));
    // A second refusal in a row waits like any other failure.
    const atOnce = next.pause === 'none' && !(next.fresh && this.#needsFresh);
    this.#needsFresh ||= next.fresh;
    const kind = next.pause === 'long' ? 'long' : 'growing';
    this.#wait(this.#reconnectAfter ?? (atOnce ? 0 : this.backoff.next(kind)));
    this.#reconnectAfter = undefined;
  }

  #wait(pause: number): void {
    if (this.#state.name === 'closed') return;
    this.#become({ name: 'offline', retryAt: Date.now() + pause });
    this.#waiting = setTimeout(() => void this.#attempt(), pause);
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#ready = false;
    this.#renewing = false;
    clearTimeout(this.#renewal);
    for (const delay of this.#delays) clearTimeout(delay);
    this.#delays.clear();
    this.#listener.onInterruption();
  }

  #become(state: ChatState): void {
    this.#state = state;
    this.#listener.onState(state);
  }
}

const sessionEndings = new Set<unknown>(['session_ended', 'unauthenticated', 'account_suspended']);

/** Why no token will come any more; undefined where trying again may help. */
function endingCodeOf(error: unknown): 'session_ended' | 'account_changed' | undefined {
  const { code } = Object(error) as { code?: unknown };
  if (code === 'account_changed') return code;
  return sessionEndings.has(code) ? 'session_ended' : undefined;
}
