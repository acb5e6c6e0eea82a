import { describe, expect, it } from 'vitest';
import { readableEdge } from '../../local/start/edge-output.ts';

const warning = (text: string) => `\u001B[33m▲ \u001B[43;33m[WARNING]\u001B[0m \u001B[1m${text}\u001B[0m\n\n`;
const logLine = (level: string, values: object) =>
  JSON.stringify({ level, time: '2026-05-01T00:00:00.000Z', name: 'edge', ...values });

describe('what `npm run start:edge` shows of wrangler', () => {
  it('is the log of the Worker for people, its warnings and errors too', () => {
    const readable = readableEdge({ colour: false });
    expect(readable(`${logLine('info', { statements: ['1.0 ms  begin'], msg: 'GET /v1/me 200' })}\n`)).toMatch(
      /^\[[\d:.]+\] INFO: GET \/v1\/me 200\n {4}statements: \[\n {6}"1\.0 ms {2}begin"\n {4}\]\n$/u,
    );
    const cause = { err: { type: 'Error', message: 'connection refused', stack: 'Error: connection refused' } };
    expect(readable(warning(logLine('warn', { ...cause, msg: 'the database did not answer' })))).toMatch(
      /WARN: the database did not answer\n[^]*connection refused/u,
    );
    expect(readable(`✘ [ERROR] ${logLine('error', { msg: 'a request failed' })}\n`)).toContain(
      'ERROR: a request failed\n',
    );
  });

  it('is every other message as it is, in whole lines, however the text comes', () => {
    const readable = readableEdge({ colour: false });
    expect(readable('✘ [ERROR] Could not resolve "./mis')).toBe('');
    expect(readable('sing.ts"\n\n    adapters/edge/worker.ts:1:7:\n')).toBe(
      '✘ [ERROR] Could not resolve "./missing.ts"\n    adapters/edge/worker.ts:1:7:\n',
    );
    expect(readable('[wrangler:warn] The Workers runtime crashed unexpectedly\n{"not": "ours"}\n')).toBe(
      '[wrangler:warn] The Workers runtime crashed unexpectedly\n{"not": "ours"}\n',
    );
  });

  it('is nothing of what tells a newcomer nothing', () => {
    const readable = readableEdge({ colour: false });
    const scheduled = 'Scheduled Workers are not automatically triggered during local development.';
    expect(readable(warning(`${scheduled}\n\n  To manually trigger a scheduled event, run:\n    curl …`))).toBe('');
    expect(readable('[wrangler:info] Ready on http://127.0.0.1:8080\n')).toBe('');
    expect(readable('[wrangler:info] GET /v1/orders 200 OK (12ms)\n')).toBe('');
    expect(readable('  stack: /a/workerd@28a3c60 /a/workerd@31b2551\n')).toBe('');
    expect(readable('[wrangler:error] and what is no noise comes after it\n')).toContain('no noise');
  });
});
