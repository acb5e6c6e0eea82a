import { request } from 'node:http';

/** Somebody else's request, which is none that may be sent again by itself, on a connection of its own: 401. */
export async function askAsAnother(port: number): Promise<unknown> {
  const body = '{}';
  const sent = request({
    port,
    path: '/v1/orders',
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    agent: false,
  });
  return new Promise((resolve) => {
    sent.on('error', (error) => resolve(String(error)));
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.end(body);
  });
}
