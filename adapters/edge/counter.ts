import { DurableObject } from 'cloudflare:workers';
import type { Limit } from '../../functions/ports.ts';

interface Window {
  attempts: number;
  /** Milliseconds since 1970. */
  endsAt: number;
}

/** Counts the attempts of one key against one limit, in a window that begins with the first. Empty again at its end. */
export class Counter extends DurableObject<Env> {
  async take({ attempts, seconds }: Limit): Promise<{ allowed: boolean; retryAfterSeconds: number }> {
    const now = Date.now();
    const { kv } = this.ctx.storage;
    let window = kv.get<Window>('window');
    if (window === undefined || window.endsAt <= now) {
      window = { attempts: 0, endsAt: now + seconds * 1000 };
      void this.ctx.storage.setAlarm(window.endsAt);
    }
    if (window.attempts >= attempts) {
      return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil((window.endsAt - now) / 1000)) };
    }
    kv.put('window', { ...window, attempts: window.attempts + 1 });
    return { allowed: true, retryAfterSeconds: 0 };
  }

  giveBack(attempts: 'one' | 'all'): void {
    const { kv } = this.ctx.storage;
    const window = kv.get<Window>('window');
    if (window === undefined || window.endsAt <= Date.now()) return;
    kv.put('window', { ...window, attempts: attempts === 'all' ? 0 : Math.max(0, window.attempts - 1) });
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
