import { registerHooks } from 'node:module';

// Preloaded: says on standard error how many modules a program loads, but Node's own.
let modules = 0;
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) modules++;
    return next(url, context);
  },
});
process.on('exit', () => void process.stderr.write(`${modules} modules\n`));
