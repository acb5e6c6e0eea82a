import { join } from 'node:path';
import { inject } from 'vitest';
import { startWorker, workerBindings } from './edge-worker.ts';
import { productEnvironment } from './node-setup.ts';
import { startProduct } from './product-process.ts';
import { testSettings } from './settings.ts';

/** A chat that a test started for itself, on the project's database: a process on Node, or a Worker. */
export interface StartedChat {
  readonly origin: string;
  /** Ends it well. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts the chat of the project's home.
 *
 * @param name one that nobody else gives
 * @param settings those of KINGBUS_CHAT_ that both homes know
 */
export async function startChat(name: string, settings: Record<string, string> = {}): Promise<StartedChat> {
  return inject('home') === 'node' ? startOnNode(name, settings) : startOnEdge(settings);
}

async function startOnNode(name: string, settings: Record<string, string>): Promise<StartedChat> {
  const environment = { ...productEnvironment(inject('databaseUrl')), ...settings };
  const logFile = join(testSettings().runFolder, `chat-${name}.log`);
  const { origin, stop, kill } = await startProduct('adapters/node/chat.ts', environment, logFile);
  return {
    origin,
    async stop() {
      const code = await stop();
      if (code !== 0) throw new Error(`the chat process ended with ${code}: ${logFile}`);
    },
    kill,
  };
}

/** A Worker alone, with workerd around it: it remembers nothing but what is in MariaDB. */
async function startOnEdge(settings: Record<string, string>): Promise<StartedChat> {
  const bindings = { ...workerBindings(inject('keysDirectory')), ...settings };
  const { origin, stop } = await startWorker(inject('databaseUrl'), bindings);
  return { origin, stop, kill: stop };
}
