// What a test waits for comes at once or not at all; how soon is the machine's affair. vitest's own bound is a second.
import { vi } from 'vitest';

const { waitFor } = vi;
vi.waitFor = (callback, options = { timeout: 10_000, interval: 20 }) => waitFor(callback, options);
