/** The numbers of a process, as Prometheus reads them: `kingbus_chat_refills_total` or `..{cause="slow"}` → value. */
export async function readNumbers(metricsOrigin: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${metricsOrigin}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** Asks again and again until a number is at least so much. */
export async function untilNumber(metricsOrigin: string, name: string, least: number): Promise<void> {
  while (((await readNumbers(metricsOrigin)).get(name) ?? 0) < least) {
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}
