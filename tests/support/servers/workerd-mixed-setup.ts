import type { TestProject } from 'vitest/node';
import { testSettings } from './settings.ts';
import { setUpWorkerd } from './workerd-setup.ts';

/** The edge beside processes on Node, for which the tests stand in: through Redis. */
export default function setUp(project: TestProject): Promise<() => Promise<void>> {
  return setUpWorkerd(project, { REDIS_URL: testSettings().redisUrl });
}
