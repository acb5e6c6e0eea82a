import { z } from 'zod';

/** `https://kingbus.kr`; what follows the host is dropped. */
export const origin = z.url().transform((text) => new URL(text).origin);

/** `a, b` as its parts. */
export const commaList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  );

/** An empty variable counts as one that is not set, as in `REDIS_URL=` of an environment file. */
export const unsetWhenEmpty = (environment: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

/** What is wrong with the settings, a line each: by name, and without the value, which may be a secret. */
export const describeIssues = ({ issues }: z.core.$ZodError): string[] =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
