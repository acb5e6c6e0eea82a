/** What one number means, and what it is told apart by. */
interface Metric {
  help: string;
  labels: readonly string[];
}

/** What only grows. */
export const counters = {
  chat_frames_received: { help: 'Frames from clients', labels: ['type'] },
  chat_frames_sent: { help: 'Frames to clients; ephemeral are typing, read marks and the like', labels: ['type'] },
  chat_frames_dropped: { help: 'Ephemeral frames that a full buffer did not get', labels: [] },
  chat_errors: { help: 'Error frames to clients', labels: ['code'] },
  chat_closes: { help: 'Connections that ended', labels: ['cause'] },
  chat_commits_failed: { help: 'Batches of messages whose outcome is unknown', labels: [] },
  chat_gap_messages: { help: 'Messages read from the log because their hint was lost or late', labels: [] },
  chat_refills: { help: 'Times that a slow connection was handed over to the log', labels: [] },
  unhandled_errors: { help: 'Errors that no code of ours handled: rejected promises and exceptions', labels: ['kind'] },
  notices: {
    help: 'Mails and text messages: sent, refused for good, or unavailable for now',
    labels: ['channel', 'outcome'],
  },
  bus_hints_lost: { help: 'Hints that Redis did not take', labels: [] },
  bus_gaps: { help: 'Times that hints may have been lost: connections and reconnections', labels: [] },
} as const satisfies Record<string, Metric>;

/** How values are spread. Seconds, or counts where the name says no unit. */
export const histograms = {
  http_request_seconds: { help: 'Requests by route pattern', labels: ['method', 'route', 'status'] },
  chat_commit_messages: { help: 'Messages that shared one transaction', labels: [] },
  chat_commit_seconds: { help: 'Transactions that add messages', labels: [] },
  chat_fanout_seconds: { help: "From a message's time to the sockets of this process", labels: [] },
  chat_sweep_seconds: { help: 'Comparisons of all heads with MariaDB', labels: [] },
} as const satisfies Record<string, Metric>;

/** What goes up and down, read when somebody asks. */
export const gauges = {
  chat_connections: { help: 'Open connections', labels: ['state'] },
  chat_rooms: { help: 'Rooms that a connection of this process follows', labels: [] },
  bus_up: { help: 'Whether hints travel between processes', labels: [] },
  database_up: { help: 'Whether MariaDB answers', labels: [] },
  database_connections: { help: 'Connections to MariaDB, and callers that wait for one', labels: ['state'] },
} as const satisfies Record<string, Metric>;

export type CounterName = keyof typeof counters;
export type HistogramName = keyof typeof histograms;
export type GaugeName = keyof typeof gauges;

type LabelsOf<Described extends Metric> = Record<Described['labels'][number], string>;
type CounterLabels<Name extends CounterName> = LabelsOf<(typeof counters)[Name]>;
type HistogramLabels<Name extends HistogramName> = LabelsOf<(typeof histograms)[Name]>;

/** One value, or one for each value of the only label. */
export type Reading = number | Record<string, number>;

/** Numbers for whoever runs the product. Cheap, but no gift: count a batch, not each of its parts. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, labels: CounterLabels<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: HistogramLabels<Name>, value: number): void;
  /** `read` is called whenever the numbers are asked for. */
  watch(name: GaugeName, read: () => Reading | Promise<Reading>): void;
}
