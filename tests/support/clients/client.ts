import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  /** The JSON body, or undefined where the answer has none. */
  body: Body;
  text: string;
}

export interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent in place of `body`, as it is. */
  raw?: RequestInit['body'];
  method?: string;
}

/**
 * Someone who calls the API from a network of their own, so that limits by address stay on and never meet between
 * tests. With a token, every call is made as that account.
 */
export class Client {
  token: string | undefined;
  readonly origin: string;
  /** The front that tests stand in for is a trusted proxy. */
  readonly address = randomNetwork();

  constructor(token?: string, origin: string = inject('origin')) {
    this.token = token;
    this.origin = origin;
  }

  get<Body = unknown>(path: string, headers?: Record<string, string>): Promise<Answer<Body>> {
    return this.call<Body>(path, { ...(headers && { headers }) });
  }

  post<Body = unknown>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>> {
    return this.call<Body>(path, { method: 'POST', body, ...(headers && { headers }) });
  }

  async call<Body = unknown>(path: string, { body, raw, headers, method }: Call): Promise<Answer<Body>> {
    const response = await fetch(this.origin + path, {
      method: method ?? (body === undefined && raw === undefined ? 'GET' : 'POST'),
      headers: {
        'X-Forwarded-For': this.address,
        ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: raw ?? (body === undefined ? null : JSON.stringify(body)),
      redirect: 'manual',
      ...(raw instanceof ReadableStream && { duplex: 'half' }),
    });
    const text = await response.text();
    const json = /^application\/(?:[\w.]+\+)?json\b/u.test(response.headers.get('Content-Type') ?? '') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : undefined) as Body,
      text,
    };
  }
}

/** An address in a network (/64) of its own, in the range for documentation (RFC 3849): one such network is one caller. */
export function randomNetwork(): string {
  const [third, fourth] = [randomBytes(2), randomBytes(2)].map((bytes) => bytes.toString('hex'));
  return `2001:db8:${third}:${fourth}::1`;
}

/** What a refusal looks like, for `toMatchObject`. */
export const refusal = (status: number, code: string) => ({ status, body: { status, code } });
