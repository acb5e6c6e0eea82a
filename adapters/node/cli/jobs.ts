import { showJobs } from '../../../functions/jobs/show-jobs.ts';
import { systemClock } from '../../shared/system-clock.ts';
import { readConfig } from '../config.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { withDatabase } from './with-database.ts';

export const addJobs: AddCommand = (program, context) => {
  const command = program
    .command('jobs')
    .description('says when each job last ran, what came of it, and when it is due');
  answering(command, context, async () => {
    const { items } = await withDatabase(readConfig(context.environment).database, (db) =>
      showJobs({ db, clock: systemClock }),
    );
    const lines = items.map(({ name, outcome, endedAt, note, dueAt, running }) =>
      [
        name.padEnd(24),
        (running ? 'running' : (outcome ?? 'never')).padEnd(8),
        endedAt ?? '-',
        `due ${dueAt}`,
        note ?? '',
      ]
        .join('  ')
        .trimEnd(),
    );
    return { text: lines.length === 0 ? 'No process has run any job yet.' : lines, json: { jobs: items } };
  });
};
