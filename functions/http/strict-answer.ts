import type { z } from 'zod';

/**
 * Fails where an answer does not fit its schema, or carries more than it: a column that slipped in would be public.
 * The error names each place as a JSON pointer.
 */
export function checkAnswer(schema: z.ZodType, body: unknown): void {
  const { success, data, error } = schema.safeParse(body);
  const faults = success
    ? surplusOf(body, data, '').map((pointer) => `${pointer} is none of its schema's`)
    : error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
  if (faults.length > 0) throw new Error(`the answer does not fit: ${faults.slice(0, 10).join('; ')}`);
}

/** Where `body` has a property that its parsed twin, from which zod left out what it does not know, lacks. */
function surplusOf(body: unknown, parsed: unknown, at: string): string[] {
  if (typeof body !== 'object' || body === null || typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const pointer = `${at}/${key}`;
    return Object.hasOwn(parsed, key) ? surplusOf(value, (parsed as Record<string, unknown>)[key], pointer) : [pointer];
  });
}
