import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { SmsSettings } from '../../../adapters/sms/solapi.ts';

/** A text message as the provider was given it. */
export interface TakenMessage {
  to: string;
  from: string;
  text: string;
  type: 'SMS' | 'LMS';
  country: string;
  subject?: string;
  customFields: { noticeId: string };
}

/** What it says to the next call, in the place of taking the message. */
export type SolapiFault =
  | 'silence'
  | 'hang up'
  /** It takes the message, and the answer is lost. */
  | 'hang up after'
  | { status: number; errorCode: string; retryAfter?: string }
  /** A message that it refuses within an answer of 200. */
  | { failed: string };

/** Solapi's API as it documents itself, with signatures checked, on this machine. */
export class SolapiServer {
  readonly settings: SmsSettings;
  readonly taken: TakenMessage[] = [];
  readonly faults: SolapiFault[] = [];
  calls = 0;
  balance = 50_000;
  readonly #server;
  readonly #salts = new Set<string>();

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
    const { port } = server.address() as AddressInfo;
    this.settings = { key: 'NCSTESTKEY', secret: 's0lapi', from: '0212345678', url: `http://127.0.0.1:${port}` };
  }

  static async start(): Promise<SolapiServer> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new SolapiServer(server);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.calls++;
    const body = request.method === 'POST' ? ((await json(request)) as Record<string, unknown>) : {};
    const fault = this.faults.shift();
    if (fault === 'silence') return;
    if (fault === 'hang up') return void request.socket.destroy();
    const refusal = this.#refusal(request.headers.authorization ?? '');
    if (refusal !== undefined) return answer(response, 403, { errorCode: refusal, errorMessage: refusal });
    if (typeof fault === 'object' && 'status' in fault) {
      if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
      return answer(response, fault.status, { errorCode: fault.errorCode, errorMessage: '01012345678 …' });
    }
    if (request.method === 'GET' && request.url === '/cash/v1/balance') {
      return answer(response, 200, { balance: this.balance, point: 0 });
    }
    if (request.method !== 'POST' || request.url !== '/messages/v4/send-many/detail') {
      return answer(response, 404, { errorCode: 'ResourceNotFound' });
    }
    const messages = body['messages'] as TakenMessage[];
    if (typeof fault === 'object') {
      const failed = messages.map(({ to }) => ({ to, statusCode: fault.failed, statusMessage: `${to} …` }));
      return answer(response, 200, { failedMessageList: failed, groupInfo: { count: { registeredFailed: 1 } } });
    }
    this.taken.push(...messages);
    if (fault === 'hang up after') return void request.socket.destroy();
    answer(response, 200, { failedMessageList: [], groupInfo: { count: { registeredSuccess: messages.length } } });
  }

  /** What is wrong with a signature: a quarter of an hour is how far its time may be off, and a salt is good once. */
  #refusal(authorization: string): string | undefined {
    const parts = /^HMAC-SHA256 apiKey=(\w+), date=(\S+), salt=(\w{12,64}), signature=([0-9a-f]{64})$/u.exec(
      authorization,
    );
    if (parts === null) return 'InvalidAuthorization';
    const [, key, date = '', salt = '', signature] = parts;
    if (key !== this.settings.key) return 'InvalidAPIKey';
    if (!(Math.abs(Date.now() - Date.parse(date)) < 15 * 60_000)) return 'RequestTimeTooSkewed';
    if (this.#salts.has(salt)) return 'DuplicatedSignature';
    this.#salts.add(salt);
    const expected = createHmac('sha256', this.settings.secret)
      .update(date + salt)
      .digest('hex');
    return signature === expected ? undefined : 'SignatureDoesNotMatch';
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
