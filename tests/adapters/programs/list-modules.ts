// Prints what a process imports, a line each, with the argument `quickly` as the product's processes do it.
import { registerHooks } from 'node:module';
import { importQuickly } from '../../../adapters/node/start/quick-imports.ts';

if (process.argv[2] === 'quickly') importQuickly();
registerHooks({
  load(url, context, next) {
    process.stdout.write(`${context.format ?? ''} ${url}\n`);
    return next(url, context);
  },
});
await import('../../../functions/app.ts');
await import('../../../adapters/node/open-ports.ts');
process.exit();
