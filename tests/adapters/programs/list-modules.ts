// Prints what a process imports, a line each, with the argument `quickly` as the product's processes do it.
import { registerHooks } from 'node:module';
import { importQuickly } from '../../../adapters/node/start/quick-imports.ts';

if (process.argv[2] === 'quickly') importQuickly();
const imported: string[] = [];
registerHooks({
  load(url, context, next) {
    imported.push(`${context.format ?? ''} ${url}\n`);
    return next(url, context);
  },
});
await import('../../../functions/app.ts');
await import('../../../adapters/node/open-ports.ts');
// Written to its end: a pipe may take it in pieces.
process.stdout.write(imported.join(''), () => process.exit());
