import { stateTables } from '../../functions/changes/state-tables.ts';
import type { StateTable } from '../../functions/changes/state-tables.ts';

/** `docs/states.md`: a picture and a table of each thing's states, as the code has them. */
export function statesDocument(): string {
  const sections = Object.entries<StateTable>(stateTables).map(([name, table]) => sectionOf(name, table));
  return [
    '# States',
    '',
    'Made by `npm run docs:states` from the tables in `functions/*/*-transitions.ts`; a test fails when it is stale. Every step is one',
    'guarded `UPDATE`: of two at once one moves, and the other gets the problem with the `state` that stands. Whoever asks again for a',
    'step of their own finds it done (200).',
    '',
    ...sections,
  ].join('\n');
}

function sectionOf(name: string, { initial, transitions }: StateTable): string {
  const steps = Object.entries(transitions);
  const arrows = steps.flatMap(([step, { from, to }]) => from.map((state) => `  ${state} --> ${to}: ${step}`));
  const rows = steps.map(
    ([step, { from, to, by, otherwise }]) =>
      `| ${step} | ${from.join(', ')} | ${to} | ${by.join(', ')} | \`${otherwise}\` |`,
  );
  return [
    `## ${name}`,
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...initial.map((state) => `  [*] --> ${state}`),
    ...arrows,
    '```',
    '',
    '| step | from | to | by | elsewhere |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
