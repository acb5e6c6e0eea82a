/** The first `count` bytes of a body, fewer where it is shorter, and the body as if nobody had looked. Nothing is read before it is asked for. */
export async function peek(
  source: ReadableStream<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; body: ReadableStream<Uint8Array> }> {
  const reader = source.getReader();
  const seen: Uint8Array[] = [];
  const head = new Uint8Array(count);
  let length = 0;
  while (length < count) {
    const { done, value } = await reader.read();
    if (done) break;
    seen.push(value);
    head.set(value.subarray(0, count - length), length);
    length = Math.min(count, length + value.length);
  }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const first = seen.shift();
        if (first) return controller.enqueue(first);
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { head: head.subarray(0, length), body };
}
