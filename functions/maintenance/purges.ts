import { changePurges } from '../changes/purges.ts';
import { closingPurges } from '../closing/purges.ts';
import { codePurges } from '../codes/purges.ts';
import { noticePurges } from '../notices/purges.ts';
import { sessionPurges } from '../sessions/purges.ts';
import type { Purge } from './purge.ts';

/** Every rule of how long something is kept, in the order in which they are followed: a line a feature. */
export const purges: readonly Purge[] = [
  ...changePurges,
  ...sessionPurges,
  ...codePurges,
  ...closingPurges,
  ...noticePurges,
];
