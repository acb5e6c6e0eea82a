import { expect, inject, test } from 'vitest';

test('a chat process names the protocol that it speaks, and has no other route', async () => {
  const origin = inject('chatOrigins')[0];
  expect((await fetch(`${origin}/ws`)).headers.get('Upgrade')).toBe('websocket');
  expect((await fetch(`${origin}/v1/me`)).status).toBe(404);
});
