/**
 * Runs `work` again and again, `interval` ms after it last ended, first after a part of that by chance, so that processes
 * started together do not work together. A failure is given to `failed`. It keeps no process alive.
 *
 * @returns ends it; fulfilled when what runs has ended
 */
export function repeat(
  work: () => Promise<void>,
  interval: number,
  failed: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running = Promise.resolve();
  let timer = setTimeout(run, interval * Math.random()).unref();

  function run(): void {
    running = runOnce();
  }

  async function runOnce(): Promise<void> {
    try {
      await work();
    } catch (error) {
      failed(error);
    }
    if (!stopped) timer = setTimeout(run, interval).unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
