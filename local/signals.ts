// One Ctrl-C may arrive three times: from the terminal, from npm, and from the process that bootstrapped us.
const sameKeyPress = 700;

/**
 * Calls back at the first SIGINT, SIGTERM or SIGHUP, and again when a person, seeing that we still run, sends another.
 */
export function onStopSignals(handlers: { first: (signal: NodeJS.Signals) => void; again: () => void }): void {
  let firstAt: number | undefined;
  const receive = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      handlers.first(signal);
    } else if (performance.now() - firstAt > sameKeyPress) {
      handlers.again();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive);
  // The terminal may be gone (SIGHUP): writing to it must not end us before everything is stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
