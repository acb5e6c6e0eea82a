import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { inTime } from './in-time.ts';

/**
 * The body of an answer, of which `length` bytes are due: one that ends early, breaks off, or stands still for `timeoutMs`
 * while somebody waits for it, fails.
 */
export function watchBody(response: Response, length: number, timeoutMs: number): ReadableStream<Uint8Array> {
  const reader = (response.body ?? new Blob().stream()).getReader();
  let due = length;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await inTime(reader.read(), timeoutMs);
          if (value) {
            due -= value.length;
            controller.enqueue(value);
          } else if (done && due > 0) throw new Error(`the last ${due} bytes are missing`);
          else controller.close();
        } catch (error) {
          reader.cancel(error).catch(() => {});
          throw new FilesUnavailable('S3 did not send a file to its end', error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read before somebody asks for it.
    { highWaterMark: 0 },
  );
}
