import { z } from '@hono/zod-openapi';
import { idText } from '../../schema/ids.ts';
import type { AuditId } from '../../schema/ids.ts';
import { moment } from '../http/fields.ts';
import { rule } from '../http/validation.ts';

/** Between which times lines are asked for: `from` on, and before `to`. */
export const period = { from: moment.optional(), to: moment.optional() };

/** The kind and the id of what something was done to: `order:0190…`. */
export const subjectText = z
  .string()
  .max(80)
  .refine(
    (text) => /^[a-z_]{1,32}:/u.test(text) && idText.test(text.slice(text.indexOf(':') + 1)),
    rule('audit_subject'),
  )
  .openapi({ type: 'string', maxLength: 80, example: 'order:0190f5fe-7c00-7a00-8000-000000000000' });

/** `order.select` */
export const actionText = z.string().regex(/^[a-z_]{1,32}\.[A-Za-z_]{1,31}$/u);

const last = 'ffffffff-ffff-7fff-bfff-ffffffffffff' as AuditId;

/** The ids that lines of a period have: the time is in them (RFC 9562, section 5.7). */
export function idsBetween({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  return { since: firstIdAt(from ?? new Date(0).toISOString()), until: to === undefined ? last : firstIdAt(to) };
}

/** The least id of version 7 that can be made at a time; one before 1970 is the first of all. */
function firstIdAt(instant: string): AuditId {
  const hex = Math.min(Math.max(Date.parse(instant), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000` as AuditId;
}
