/** The first descriptor that is passed on, after input, output and errors. */
const firstFd = 3;

/**
 * The listening socket that systemd opened for this process and holds while it restarts (socket activation, sd_listen_fds(3)):
 * its descriptor, or nothing where systemd passed none, or passed it to another process. The variables that told of it go, so that no child believes itself meant.
 *
 * @throws where there are several: a process listens at one place
 */
export function takePassedSocket(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { LISTEN_PID: meant, LISTEN_FDS: told, LISTEN_FDNAMES: names } = environment;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete environment[name];
  if (meant === undefined || Number(meant) !== pid) return undefined;
  const count = Number(told);
  if (count === 0) return undefined;
  if (count !== 1) throw new Error(`systemd passed ${told} sockets (${names ?? ''}); this process listens at one`);
  return firstFd;
}
