import type { CalmTimes } from './calm.ts';
import type { Ledger } from './ledger.ts';
import type { Tally } from './tally.ts';
import type { Violations } from './violations.ts';

/** What a run did and found. Times in milliseconds, unless named otherwise. */
export interface Report {
  seed: string;
  bug?: string;
  violations: Violations;
  ledger: Ledger;
  faults: Tally;
  reconnects: Tally;
  doings: Tally;
  devices: number;
  rooms: number;
  /** What the installation consisted of. */
  home: string;
  seconds: number;
  /** From the first sending of a message to its acknowledgement. */
  longestWait: number;
  /** One device without a connection. */
  longestAbsence: number;
  /** Connections that stood when their session ended. */
  ghosts: number;
  /** How long everything took after each storm. */
  calms: CalmTimes[];
}

/** The report as people read it. */
export function describe(report: Report, command: string): string {
  const { ledger, violations, calms } = report;
  const [recoveries, tails, ghosts] = [
    calms.map(({ recovery }) => recovery),
    calms.map(({ tail }) => tail),
    calms.map((each) => each.ghosts),
  ];
  const rate = Math.round(ledger.acknowledgements / report.seconds);
  return [
    '',
    `seed            ${report.seed}${report.bug === undefined ? '' : `, with the bug ${report.bug}`}`,
    `set-up          ${report.devices} devices, ${report.rooms} rooms, ${report.home}`,
    `entries         ${ledger.sends} sent, ${ledger.acknowledgements} acknowledged, ${ledger.refusals} refused, ${ledger.logged} in the log, ${ledger.deliveries} deliveries`,
    `time            ${report.seconds.toFixed(1)} s in ${calms.length} storms, ${rate} entries/s with the outages`,
    `faults          ${report.faults.total}: ${report.faults.toString()}`,
    `connections     ended ${report.reconnects.total}: ${report.reconnects.toString()}`,
    `clients         ${report.doings.toString()}`,
    `longest wait    ${ms(report.longestWait)} for an acknowledgement, ${ms(report.longestAbsence)} without a connection`,
    `after a storm   all connected and acknowledged within ${ms(Math.max(...recoveries))} (median ${ms(median(recoveries))}),`,
    `                every room seen to its end within another ${ms(Math.max(...tails))} (median ${ms(median(tails))})`,
    `ended sessions  ${report.ghosts} connections stood when theirs ended, all of them gone within ${ms(Math.max(...ghosts))} (median ${ms(median(ghosts))})`,
    violations.any
      ? `VIOLATIONS      ${violations.count}, the first:\n${violations.first.map(({ kind, what }) => `  ${kind}: ${what}`).join('\n')}`
      : 'violations      none',
    `again           ${command}`,
    '',
  ].join('\n');
}

const ms = (value: number): string => `${Math.round(value)} ms`;

const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
