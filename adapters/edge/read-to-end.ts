/** How much is read and dropped, in bytes, and how long, in milliseconds. */
const atMost = 16 * 1024 * 1024;
const withinMs = 5_000;

/**
 * Reads what is left of a request and drops it, within a bound, so that whoever is still sending gets the answer. What goes beyond
 * the bound is given up: left alone, it would hold the answer back for as long as its sender is silent.
 */
export async function readToEnd({ body }: Request): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), withinMs);
  try {
    // However much was announced: whoever is cut off while it sends on may never see the answer.
    let left = atMost;
    while (left >= 0) {
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
