import { setTimeout as delay } from 'node:timers/promises';
import { ChatClient } from '../../client/chat.ts';
import type { ChatMessage } from '../../client/chat-types.ts';
import { HttpClient } from '../../client/http.ts';
import { replyTo } from './replies.ts';
import type { Print } from './transcript.ts';

interface ScriptedOperatorOptions {
  origin: string;
  username: string;
  password: string;
  print: Print;
  /** How long it takes to read and to write, in milliseconds. */
  readingMs?: number;
  writingMs?: number;
}

/** An operator who reads what comes from now on, in all rooms, types for a moment, and answers. Gives what ends that. */
export async function startScriptedOperator({
  origin,
  username,
  password,
  print,
  readingMs = 900,
  writingMs = 1800,
}: ScriptedOperatorOptions): Promise<{ name: string; stop(): void }> {
  const http = new HttpClient({ origin });
  const account = await http.logIn({ username, password });
  const chat = new ChatClient({ url: `${origin.replace('http', 'ws')}/ws`, token: (wanted) => http.token(wanted) });
  let turn = 0;

  const answer = async ({ room, seq, body }: ChatMessage) => {
    print(`← ${body}`);
    await delay(readingMs);
    chat.markRead(room, seq);
    chat.typing(room);
    await delay(writingMs);
    const reply = replyTo(body, turn++);
    await chat.send(room, reply);
    print(`→ ${reply}`);
  };

  // One answer after the other, as one person gives them.
  let answered = Promise.resolve();
  chat.on('message', (message) => {
    if (message.kind !== 'text' || message.from === account.id || message.deletedAt !== undefined) return;
    answered = answered.then(() => answer(message)).catch(() => {});
  });
  chat.on('state', ({ name }) => {
    if (name === 'offline') print('… connection lost, coming back');
  });
  await chat.connect({ signal: AbortSignal.timeout(15_000) });
  return { name: account.displayName, stop: () => chat.close() };
}
