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

/** `200/50`: 200 at once, and 50 a second from then on; `off` for no limit that anyone could reach. */
export const rate = z
  .string()
  .regex(/^(?:[1-9]\d*\/[1-9]\d*|off)$/u, 'expected burst/per second, such as 200/50, or off')
  .transform((text) => {
    const [burst, perSecond] = text === 'off' ? [1e9, 1e9] : text.split('/').map(Number);
    return { burst: burst as number, perSecond: perSecond as number };
  });

/** Seconds, perhaps a fraction of one, as milliseconds. */
export const seconds = z.coerce
  .number()
  .min(0.01)
  .max(86_400)
  .transform((value) => value * 1000);

/** Tests only: log2 of argon2's memory in KiB, as the cost of a password. */
export const passwordCost = z.coerce
  .number()
  .int()
  .min(4)
  .max(20)
  .transform((log2) => ({ m: 2 ** log2, t: 1, p: 1 }));

/** An empty variable counts as one that is not set, as in `REDIS_URL=` of an environment file. */
export const unsetWhenEmpty = (environment: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

/** What is wrong with the settings, a line each: by name, and without the value, which may be a secret. */
export const describeIssues = ({ issues }: z.core.$ZodError): string[] =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
