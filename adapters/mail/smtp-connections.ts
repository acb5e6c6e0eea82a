import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailSettings } from './mail-settings.ts';

/** How long a connection that nobody uses is kept, in milliseconds: less than servers wait (RFC 5321: five minutes). */
const idleMs = 60_000;

type Done<Value> = (error: unknown, value?: Value) => void;

/** Connections to one mail server, which are kept for the next mail. How many there are, whoever uses them bounds. */
export class SmtpConnections {
  readonly #settings: MailSettings;
  readonly #patienceMs: number;
  readonly #ca: string | undefined;
  readonly #idle = new Map<SMTPConnection, NodeJS.Timeout>();

  /** @param ca certificates of authorities that are believed in the place of the public ones, as PEM */
  constructor(settings: MailSettings, { patienceMs, ca }: { patienceMs: number; ca?: string | undefined }) {
    this.#settings = settings;
    this.#patienceMs = patienceMs;
    this.#ca = ca;
  }

  /**
   * Does the work on a connection. Once `signal` is aborted the connection is cut, whatever it was at, so that what was given up is not
   * sent all the same.
   */
  async use<Value>(signal: AbortSignal, work: (connection: SMTPConnection) => Promise<Value>): Promise<Value> {
    const connection = (await this.#kept(signal)) ?? (await this.#opened(signal));
    const cut = () => connection.close();
    signal.addEventListener('abort', cut, { once: true });
    try {
      const value = await work(connection);
      if (!signal.aborted) this.#keep(connection);
      return value;
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }

  close(): void {
    for (const connection of this.#idle.keys()) {
      connection.quit();
      this.#forget(connection);
    }
  }

  /** One that was kept, if it still answers: a server may have let it go. */
  async #kept(signal: AbortSignal): Promise<SMTPConnection | undefined> {
    for (const [connection, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(connection);
      const cut = () => connection.close();
      signal.addEventListener('abort', cut, { once: true });
      try {
        await step(connection, (done) => connection.reset(done));
        return connection;
      } catch {
        connection.close();
      } finally {
        signal.removeEventListener('abort', cut);
      }
    }
    return undefined;
  }

  async #opened(signal: AbortSignal): Promise<SMTPConnection> {
    const { host, port, tls, user } = this.#settings;
    const connection = new SMTPConnection({
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      // Longer than whoever uses it waits, who cuts it then, whatever it is at.
      connectionTimeout: this.#patienceMs * 2,
      greetingTimeout: this.#patienceMs * 2,
      dnsTimeout: this.#patienceMs * 2,
      socketTimeout: Math.max(this.#patienceMs, idleMs) * 2,
      socketCloseTimeout: 0,
      tls: { minVersion: 'TLSv1.2', ...(this.#ca !== undefined && { ca: this.#ca }) },
    });
    // Somebody has to listen, also while nobody uses it.
    connection.on('error', () => {});
    connection.once('end', () => this.#forget(connection));
    const cut = () => connection.close();
    signal.addEventListener('abort', cut, { once: true });
    try {
      await step(connection, (done) => connection.connect(done));
      if (user !== undefined) {
        await step(connection, (done) => connection.login({ user: user.name, pass: user.password }, done));
      }
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }

  #keep(connection: SMTPConnection): void {
    this.#idle.set(connection, setTimeout(() => this.#forget(connection), idleMs).unref());
  }

  #forget(connection: SMTPConnection): void {
    clearTimeout(this.#idle.get(connection));
    this.#idle.delete(connection);
    connection.close();
  }
}

/** One step of a conversation: it ends as the step says, or with the connection. */
export function step<Value>(
  connection: SMTPConnection,
  begin: (done: Done<Value>) => void,
): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, value?: Value) => {
      connection.off('error', settle);
      connection.off('end', ended);
      if (error) reject(error instanceof Error ? error : new Error('the step failed'));
      else resolve(value);
    };
    const ended = () => settle(new Error('the connection ended'));
    connection.once('error', settle);
    connection.once('end', ended);
    begin(settle);
  });
}
