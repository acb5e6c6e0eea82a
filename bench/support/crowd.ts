import type { DialectName, Visitor } from './dialects.ts';
import { startMeasured } from './measured-process.ts';
import type { MeasuredProcess } from './measured-process.ts';

export interface OpenRequest {
  group: string;
  dialect: DialectName;
  port: number;
  visitors: Visitor[];
}

export interface ExpectRequest {
  group: string;
  delivered: number;
  acknowledged?: number;
}

export interface SendRequest {
  group: string;
  /** The index of the visitor. */
  socket: number;
  text: string;
}

export type CloseRequest = string;

/** The clients of a measurement, in a process of their own. */
export class Crowd {
  readonly #process: MeasuredProcess;

  private constructor(process: MeasuredProcess) {
    this.#process = process;
  }

  static async start(folder: string): Promise<Crowd> {
    return new Crowd(await startMeasured('crowd', { entry: 'bench/support/crowd-child.ts', folder }));
  }

  /** Opens a socket for each visitor and waits until all are ready. */
  open(request: OpenRequest): Promise<void> {
    return this.#process.call('open', request);
  }

  expect(request: ExpectRequest): Promise<void> {
    return this.#process.call('expect', request);
  }

  counts(group: string): Promise<{ delivered: number; acknowledged: number }> {
    return this.#process.call('counts', group);
  }

  send(request: SendRequest): Promise<void> {
    return this.#process.call('send', request);
  }

  close(group: CloseRequest): Promise<void> {
    return this.#process.call('close', group);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
