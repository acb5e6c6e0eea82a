import type { JobActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';

/** Something that has to be done now and then, by one process of all. Safe when it comes late, twice, or dies in the middle. */
export interface Job {
  name: string;
  /** How long after a run began the next one is due, in milliseconds. */
  everyMs: number;
  /** Gives what it did, as counts, for logs and admins. */
  run(ports: Ports, actor: JobActor): Promise<Readonly<Record<string, number>>>;
}
