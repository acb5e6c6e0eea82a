import type { Pace } from '../../support/pace.ts';

/** Asks a rival's server to say something `count` times, in turn in each of its rooms. */
export interface Say {
  count: number;
  pace: Pace;
  /** A message as the product sends it, JSON. */
  text: string;
  rooms: number;
}
