import { request as httpRequest } from 'node:http';
import type { Agent } from 'node:http';

export interface Question {
  method?: 'GET' | 'POST';
  path: string;
  /** An access token. */
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Keeps connections from one call to the next. */
  agent?: Agent;
}

/** Asks a process over HTTP. Gives the body of the answer, which has to be a good one. */
export function ask(
  { port }: { port: number },
  { method = 'GET', path, token, body, agent }: Question,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(content !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(content),
      }),
    };
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, ...(agent && { agent }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          response.statusCode === 200 || response.statusCode === 201
            ? resolve(text)
            : reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`)),
        );
      },
    );
    request.on('error', reject);
    request.end(content);
  });
}
