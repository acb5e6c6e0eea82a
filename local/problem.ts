/**
 * Something that the person at the keyboard can mend. The message says what is wrong and what to do, and is printed
 * alone, without a stack.
 */
export class Problem extends Error {}

/** A problem told with the last lines of the output of the program that failed. */
export function problemWithOutput(message: string, output: string): Problem {
  const lines = output.trim().split('\n').slice(-20).join('\n');
  return new Problem(lines === '' ? message : `${message} It said:\n\n${lines}\n`);
}

/** Tells a file-system error as what it means for the folder it happened in; other errors pass through unchanged. */
export function explainFileError(error: unknown, folder: string): unknown {
  if (codeOf(error) !== 'ENOSPC' && !happenedIn(error, folder)) return error;
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    // What making a folder on a read-only disk ends in.
    case 'ENOENT':
      return new Problem(
        `${folder} cannot be written to (${messageOf(error)}). Make it writable for you, or name another folder: ` +
          'KINGBUS_HOME=/some/folder npm start.',
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new Problem(
        `The disk that holds ${folder} is full. Free about 500 MB, or name a folder on another disk: ` +
          'KINGBUS_HOME=/some/folder npm start.',
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new Problem(
        `${folder} is in the way: it is, or lies under, something that is no folder. Move it, then try again.`,
      );
    default:
      return error;
  }
}

/** The code of a system error such as ENOENT, where the value is one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function happenedIn(error: unknown, folder: string): boolean {
  return error instanceof Error && 'path' in error && String(error.path).startsWith(folder);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
