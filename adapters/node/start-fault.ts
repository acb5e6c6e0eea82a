/**
 * What keeps a process or a command from its work, and whoever runs it can mend: a line each, which names the setting or the file,
 * and never says a value, which may be a secret.
 */
export class StartFault extends Error {
  override name = 'StartFault';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'is a folder',
  EEXIST: 'is there already',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name service does not answer',
  ECONNREFUSED: 'nobody listens there',
};

/** Why the system refused something, in words, or by its code; undefined where the error is none of the system's. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  const code = String(error.code);
  return `${reasons[code] ?? 'cannot be used'} (${code})`;
}

/** The outcome of `work`; where the system refuses it, a StartFault that names the setting or the path. */
export async function blaming<Value>(name: string, work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : new StartFault([`${name}: ${reason}`]);
  }
}
