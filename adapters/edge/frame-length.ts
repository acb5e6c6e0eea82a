import { limits } from '../../functions/chat/limits.ts';

/** Whether a frame is longer than one may be; by UTF-8 bytes, as `ws` counts on Node. */
export function isTooLong(frame: string | ArrayBuffer): boolean {
  if (typeof frame !== 'string') return frame.byteLength > limits.frameBytes;
  if (frame.length > limits.frameBytes) return true;
  return frame.length * 3 > limits.frameBytes && new TextEncoder().encode(frame).length > limits.frameBytes;
}
