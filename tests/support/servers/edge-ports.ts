import { inject } from 'vitest';
import type { PortMethods } from '../../edge/workers/methods.ts';
import { startWorker, workerBindings } from './edge-worker.ts';
import type { Worker } from './edge-worker.ts';

export interface EdgePorts {
  worker: Worker;
  /** The ports of a request to this Worker, each call one of its own. */
  ports: PortMethods;
}

/** A Worker on the project's database whose ports a test may use from here. */
export async function startEdgePorts(): Promise<EdgePorts> {
  const bindings = workerBindings(inject('keysDirectory'));
  const worker = await startWorker(inject('databaseUrl'), bindings, 'tests/edge/workers/ports.ts');
  return { worker, ports: await worker.methods<PortMethods>() };
}
