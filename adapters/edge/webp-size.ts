import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { peek } from '../../functions/files/peek.ts';

/** What comes before the size in the three forms of the format (RFC 9649), and the size itself. */
const headerBytes = 30;

/** A WebP with its sides in pixels, read in its header. */
export async function webpSize(
  source: ReadableStream<Uint8Array>,
): Promise<{ body: ReadableStream<Uint8Array>; width: number; height: number }> {
  const { head, body } = await peek(source, headerBytes);
  const size = head.length === headerBytes ? sizeIn(new DataView(head.buffer, head.byteOffset)) : undefined;
  if (size) return { body, ...size };
  await body.cancel().catch(() => {});
  throw new FilesUnavailable('what came back is no WebP');
}

function sizeIn(view: DataView): { width: number; height: number } | undefined {
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_00_00;
  const form = String.fromCharCode(...Array.from({ length: 4 }, (_, index) => view.getUint8(12 + index)));
  switch (form) {
    case 'VP8X':
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3f_ff, height: view.getUint16(28, true) & 0x3f_ff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 };
    }
    default:
      return undefined;
  }
}
