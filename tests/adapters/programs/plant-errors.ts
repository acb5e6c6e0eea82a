// Loaded into a process of the product before it starts: errors of ours that nobody handles, on demand.
process.on('SIGUSR2', () => void Promise.reject(new Error('planted: a promise that nobody waits for')));
process.on('SIGWINCH', () => {
  throw new Error('planted: an exception that nobody catches');
});
