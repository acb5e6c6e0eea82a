import { DurableObject } from 'cloudflare:workers';
import type { Limit, Taken } from '../../functions/ports.ts';
import { takenOf } from '../shared/limiter.ts';

interface Window {
  attempts: number;
  /** Milliseconds since 1970. */
  endsAt: number;
}

/** Counts the attempts of one key against one limit, in a window that begins with the first. Empty again at its end. */
export class Counter extends DurableObject<Env> {
  async take(limit: Limit): Promise<Taken> {
    const { attempts, seconds } = limit;
    const now = Date.now();
    const { kv } = this.ctx.storage;
    let window = kv.get<Window>('window');
    if (window === undefined || window.endsAt <= now) {
      window = { attempts: 0, endsAt: now + seconds * 1000 };
      void this.ctx.storage.setAlarm(window.endsAt);
    }
    const msLeft = window.endsAt - now;
    if (window.attempts >= attempts) return takenOf(limit, 'none', msLeft);
    kv.put('window', { ...window, attempts: window.attempts + 1 });
    return takenOf(limit, attempts - window.attempts - 1, msLeft);
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
