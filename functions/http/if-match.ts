import type { Context } from 'hono';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';

/** The versions that a change may meet, of which the caller knows; undefined where it takes any. */
export type ExpectedVersions = readonly number[] | undefined;

/**
 * `If-Match` (RFC 9110, section 13.1.1): our entity tags are versions. `*` is any version. The comparison is a strong one,
 * so a weak tag is no version, nor is a tag that we never gave: they match nothing. Problem: `precondition_required`.
 */
export function expectedVersions(c: Context<Env>, need: 'required' | 'optional'): ExpectedVersions {
  const header = c.req.header('If-Match')?.trim();
  if (header === undefined && need === 'required') throw new Problem('precondition_required');
  if (header === undefined || header === '*') return undefined;
  return Array.from(header.matchAll(/(?<=^|,)\s*"(\d{1,15})"\s*(?=,|$)/gu), ([, digits]) => Number(digits));
}

/** Says whether a thing at `version` may be changed. Problem: `precondition_failed`. */
export function checkVersion(version: number, expected: ExpectedVersions): void {
  if (expected && !expected.includes(version)) throw new Problem('precondition_failed');
}
