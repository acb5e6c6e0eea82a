import type { Metrics } from '../../functions/metrics.ts';

/** Numbers that nobody asks for. */
export const createNoMetrics = (): Metrics => ({ count() {}, observe() {}, watch() {} });
