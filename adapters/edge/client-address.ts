import type { Settings } from '../../functions/ports.ts';

/**
 * The client's address. Cloudflare sets `CF-Connecting-IP` and no client can. On a developer's machine, where whoever
 * calls stands for the platform, the last entry of `X-Forwarded-For` comes before it, as behind our front.
 */
export function clientAddress({ headers }: Request, environment: Settings['environment']): string {
  const connecting = headers.get('CF-Connecting-IP') ?? '';
  if (environment === 'production') return connecting;
  return headers.get('X-Forwarded-For')?.split(',').at(-1)?.trim() || connecting;
}
