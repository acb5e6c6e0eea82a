/** The body is longer than `maxBytes`. RFC 9110 calls the answer 413 Content Too Large. */
export class FileTooLarge extends Error {
  override name = 'FileTooLarge';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the body is longer than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/** The body broke off while it was read: whoever sent it went away, or its reading failed. `cause` says how. */
export class FileBodyFailed extends Error {
  override name = 'FileBodyFailed';

  constructor(cause: unknown) {
    super('the body broke off', { cause });
  }
}

/** The storage did not answer, or refused: what was asked was fine, and may be asked again. */
export class FilesUnavailable extends Error {
  override name = 'FilesUnavailable';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }

  /** Whether there is no room left, which no waiting makes. */
  get full(): boolean {
    const { cause } = this;
    return cause instanceof Error && 'code' in cause && fullCodes.has(String(cause.code));
  }
}

/** No room on the disk; none in somebody's share of it; none for a file of this size. */
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** No byte of the file lies in the range. RFC 9110 calls the answer 416, which tells the file's length. */
export class RangeNotSatisfiable extends Error {
  override name = 'RangeNotSatisfiable';
  /** The length of the whole file. */
  readonly bytes: number;

  constructor(bytes: number) {
    super(`the range begins beyond the ${bytes} bytes of the file`);
    this.bytes = bytes;
  }
}

/** The picture cannot be made anew: it is none, is broken, or has more pixels than its purpose allows. */
export class PictureRefused extends Error {
  override name = 'PictureRefused';
  readonly reason: 'unreadable' | 'too_many_pixels';

  constructor(reason: PictureRefused['reason'], cause?: unknown) {
    super(`a picture was refused: ${reason}`, { cause });
    this.reason = reason;
  }
}
