import { Problem } from '../http/problems.ts';
import { FileBodyFailed, FilesUnavailable, FileTooLarge, PictureRefused, RangeNotSatisfiable } from './file-errors.ts';

/** The answer to what the files port throws, or undefined for another error. */
export function fileProblem(error: unknown): Problem | undefined {
  if (error instanceof FileTooLarge) return new Problem('payload_too_large');
  // Who reads the form says best what was wrong with it; else its sender went away.
  if (error instanceof FileBodyFailed)
    return error.cause instanceof Problem ? error.cause : new Problem('malformed_request');
  if (error instanceof RangeNotSatisfiable) {
    return new Problem('range_not_satisfiable', { headers: { 'Content-Range': `bytes */${error.bytes}` } });
  }
  if (error instanceof PictureRefused) {
    return new Problem(error.reason === 'unreadable' ? 'picture_unreadable' : 'picture_too_large');
  }
  if (error instanceof FilesUnavailable && error.full) return new Problem('storage_full');
  if (error instanceof FilesUnavailable) return new Problem('unavailable', { headers: { 'Retry-After': '2' } });
  return undefined;
}
