import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { bareProblem } from '../../functions/http/bare-problem.ts';
import type { ProblemCode } from '../../functions/http/problems.ts';

/** What Node's parser and its timers say of a request, in our words. Whatever else they say is `malformed_request`. */
const codes: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** How long the other side has to take the answer and to close, in milliseconds. */
const closeWithinMs = 1_000;

/** Answers what is no request, or none of ours, with a problem, where Node would send a status without a word or nothing. */
export function refuseMalformed(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Node keeps the answer under way there. One that has begun cannot be taken back.
    const answer: ServerResponse | null | undefined = Reflect.get(socket, '_httpMessage');
    if (socket.writable && answer?.headersSent !== true) {
      endWith(socket, codes[error.code ?? ''] ?? 'malformed_request');
    } else {
      socket.destroy(error);
    }
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, 'method_not_allowed');
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = bareProblem('expectation_failed', 'en');
    response
      .writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' })
      .end(body);
  });
}

/** Answers with a problem, and closes. What still comes is dropped, since it would reset the connection, and the answer with it. */
export function endWith(socket: Duplex, code: ProblemCode): void {
  socket.end(rawProblem(code));
  socket.resume();
  setTimeout(() => socket.destroy(), closeWithinMs).unref();
}

/** A problem as it goes over the wire, and the last that does. */
function rawProblem(code: ProblemCode): string {
  const { status, headers, body } = bareProblem(code, 'en');
  const fields = { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
