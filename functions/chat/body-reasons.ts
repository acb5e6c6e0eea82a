import type { z } from 'zod';

/** Why nobody can be shown a body, as `messageText` finds. */
export const bodyReasons = ['blank', 'too_long', 'malformed_text'] as const;

export type BodyReason = (typeof bodyReasons)[number];

/** What is wrong with the text of a frame in which nothing else is wrong; undefined where the frame itself makes no sense. */
export function bodyReasonIn({ issues }: z.ZodError): BodyReason | undefined {
  const [issue] = issues;
  if (issues.length !== 1 || issue === undefined || issue.path.join('/') !== 'body') return undefined;
  const reason: unknown = issue.code === 'too_big' ? 'too_long' : issue.code === 'custom' && issue.params?.['rule'];
  return bodyReasons.find((each) => each === reason);
}
