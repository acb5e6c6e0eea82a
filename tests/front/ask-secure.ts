import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import type { Seen } from './stand-ins.ts';

/**
 * Asks the site of a name, at port 443 of this machine, and trusts one issuer alone: `ask-secure.ts NAME ROOT` prints `200 http`, by
 * whom it was answered, or the code of what is wrong.
 */
const [name = '', root = ''] = process.argv.slice(2);
const sent = request({
  host: '127.0.0.1',
  servername: name,
  headers: { host: name },
  path: '/v1/me',
  ca: readFileSync(root),
});
const said = once(sent, 'response').then(
  async ([response]: IncomingMessage[]) =>
    response === undefined ? 'nothing' : `${response.statusCode} ${((await json(response)) as Seen).by}`,
  (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
);
sent.end();
process.stdout.write(await said);
process.exit();
