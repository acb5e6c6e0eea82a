import { resolveRange } from '../../functions/files/byte-range.ts';
import type { Files } from '../../functions/ports.ts';
import { checkedKey } from '../shared/checked-key.ts';
import { readMeasured } from '../shared/measured-body.ts';

/** Files in this process's memory: for tests, and wherever nothing has to survive. */
export function createMemoryFiles(): Files {
  const files = new Map<string, Blob>();
  return {
    async put(key, body, { maxBytes, type }) {
      checkedKey(key);
      return readMeasured(body, maxBytes, async (measured) => {
        const chunks: Blob[] = [];
        for (let chunk = await measured.next(); chunk; chunk = await measured.next()) {
          chunks.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
        }
        files.set(key, new Blob(chunks, { type }));
        return measured.measure();
      });
    },
    async open(key, range) {
      const file = files.get(checkedKey(key));
      if (!file) return undefined;
      const resolved = range && resolveRange(range, file.size);
      const part = resolved ? file.slice(resolved.first, resolved.last + 1) : file;
      return { body: part.stream(), bytes: file.size, range: resolved };
    },
    async delete(key) {
      files.delete(checkedKey(key));
    },
  };
}
