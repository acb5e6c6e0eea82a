import { connect } from 'cloudflare:sockets';
import { env } from 'cloudflare:workers';
import { channelOf, encodeHint } from '../../../adapters/redis/hint.ts';

/** Publishes as a process on Node does. Gives how many connections heard it. */
export async function publishFromNode(topic: string, payload: string): Promise<number> {
  const { hostname, port, password } = new URL((env as { REDIS_URL?: string }).REDIS_URL ?? '');
  const socket = connect({ hostname, port: Number(port) });
  const writer = socket.writable.getWriter();
  const command = (...words: string[]) => {
    const bytes = (text: string) => new TextEncoder().encode(text).length;
    return `*${words.length}\r\n${words.map((word) => `$${bytes(word)}\r\n${word}\r\n`).join('')}`;
  };
  const publish = command('PUBLISH', channelOf(topic), encodeHint(crypto.randomUUID(), payload));
  await writer.write(new TextEncoder().encode(command('AUTH', decodeURIComponent(password)) + publish));
  let answer = '';
  for await (const chunk of socket.readable as ReadableStream<Uint8Array>) {
    answer += new TextDecoder().decode(chunk);
    const [, listeners] = /:(\d+)\r\n/u.exec(answer) ?? [];
    if (listeners !== undefined) return Number(listeners);
  }
  throw new Error(`Redis said ${answer}`);
}
