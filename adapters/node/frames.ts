const textOpcode = 0x81;

/**
 * Text frames as they go over the wire, one after another (RFC 6455, section 5.2). A server's frames are not masked, so
 * that the same bytes are good for every client.
 */
export function encodeTextFrames(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headLength(length) + length, 0));
  let offset = 0;
  for (let index = 0; index < texts.length; index++) {
    const length = lengths[index] as number;
    offset = writeHead(bytes, offset, length);
    offset += bytes.write(texts[index] as string, offset);
  }
  return bytes;
}

const headLength = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

function writeHead(bytes: Buffer, offset: number, length: number): number {
  bytes[offset] = textOpcode;
  if (length < 126) {
    bytes[offset + 1] = length;
    return offset + 2;
  }
  if (length < 65_536) {
    bytes[offset + 1] = 126;
    return bytes.writeUInt16BE(length, offset + 2);
  }
  bytes[offset + 1] = 127;
  return bytes.writeBigUInt64BE(BigInt(length), offset + 2);
}
