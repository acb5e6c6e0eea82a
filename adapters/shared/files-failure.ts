import {
  FileBodyFailed,
  FilesUnavailable,
  FileTooLarge,
  RangeNotSatisfiable,
} from '../../functions/files/file-errors.ts';

/** For `catch`: passes on what the port says of a body or a range; anything else is the storage's failure. */
export const filesFailure =
  (message: string) =>
  (error: unknown): never => {
    if (error instanceof FileTooLarge || error instanceof FileBodyFailed) throw error;
    if (error instanceof RangeNotSatisfiable || error instanceof FilesUnavailable) throw error;
    throw new FilesUnavailable(message, error);
  };
