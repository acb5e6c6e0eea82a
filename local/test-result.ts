import { z } from 'zod';

const resultSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/**
 * The line that a run ends with: "123 passed, 0 failed".
 *
 * @param result what vitest's JSON reporter wrote; anything else counts as one failure. A file that fails as a whole (it
 *   cannot be read, a hook throws) counts as one failure too, though none of its tests failed
 * @param exitCode vitest's own. Where it says that something failed, so does the line: a set-up, an error outside any test
 */
export function closingLine(result: unknown, exitCode: number): string {
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success) return '0 passed, 1 failed';
  const { numPassedTests, numFailedTests, testResults } = parsed.data;
  const failedWhole = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = Math.max(numFailedTests + failedWhole.length, exitCode === 0 ? 0 : 1);
  return `${numPassedTests} passed, ${failed} failed`;
}
