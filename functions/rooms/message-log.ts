import type { Ports } from '../ports.ts';

export interface MessageLog {
  x?: never;
}
export function createMessageLog(_: Pick<Ports, 'db' | 'bus' | 'clock' | 'log'>): MessageLog {
  return {};
}
