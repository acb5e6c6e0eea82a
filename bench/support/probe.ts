// Loaded into every measured process by `node --import`: tells its own CPU time and memory to the bench that started it.
import { setTimeout as delay } from 'node:timers/promises';
import { answerCalls } from './calls.ts';
import { startProfile } from './profile.ts';
import type { ProfileLine } from './profile.ts';

export interface Usage {
  /** CPU time of all threads of the process so far, in microseconds. */
  user: number;
  system: number;
}

export interface Memory {
  /** Bytes after a full garbage collection. */
  rss: number;
  heapUsed: number;
  external: number;
}

let stopProfile: (() => Promise<ProfileLine[]>) | undefined;

answerCalls({
  usage: (): Usage => process.cpuUsage(),
  async memory(): Promise<Memory> {
    // What a collection frees may only be given back to the system by the next one.
    for (let run = 0; run < 4; run++) {
      globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      await delay(100);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heapUsed, external };
  },
  async startProfile() {
    stopProfile = await startProfile();
  },
  async stopProfile(): Promise<ProfileLine[]> {
    return (await stopProfile?.()) ?? [];
  },
});
