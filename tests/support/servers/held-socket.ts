import net from 'node:net';

/** A socket that is held for processes which come and go, as systemd holds that of a unit. */
export interface HeldSocket {
  readonly fd: number;
  readonly port: number;
  /** The command that gets the socket as systemd passes it: as descriptor 3, which must be the child's fourth stream. */
  passedTo: (command: [program: string, words: string[]]) => [string, string[]];
  close: () => void;
}

interface Handle {
  fd: number;
  getsockname: (address: { port?: number }) => void;
  close: () => void;
}

/** Binds a free port of 127.0.0.1. The first process that it is passed to begins to listen; nobody here takes a connection. */
export function holdSocket(): HeldSocket {
  // A `net.Server` takes what comes. This is what it makes its handle with; the cluster module shares such handles.
  const create: unknown = Reflect.get(net, '_createServerHandle');
  const handle = (create as (host: string, port: number, addressType: 4) => Handle)('127.0.0.1', 0, 4);
  const address: { port?: number } = {};
  handle.getsockname(address);
  return {
    fd: handle.fd,
    port: address.port ?? 0,
    passedTo: ([program, words]) => [
      'sh',
      ['-c', 'LISTEN_FDS=1 LISTEN_FDNAMES=test LISTEN_PID=$$ exec "$@"', 'sh', program, ...words],
    ],
    close: () => handle.close(),
  };
}
