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
}

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
