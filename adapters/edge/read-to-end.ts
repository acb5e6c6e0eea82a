import { readOnAtMost, readOnMs } from '../shared/read-on.ts';

/** Reads what is left of a request and drops it, within the bound. */
export async function readToEnd({ body, headers }: Request): Promise<void> {
  if (body === null || body.locked || Number(headers.get('Content-Length') ?? 0) > readOnAtMost) return;
  const reader = body.getReader();
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), readOnMs);
  try {
    for (let left = readOnAtMost; left >= 0;) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The client went away.
  } finally {
    clearTimeout(timer);
  }
}
