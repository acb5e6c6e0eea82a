import { experimental_generateTypes } from 'wrangler';

export const edgeTypesFile = 'adapters/edge/worker-configuration.d.ts';

/**
 * The types of the Worker's bindings, as wrangler makes them of wrangler.jsonc. Files are named from the working directory,
 * which has to be the checkout: what is made repeats the names.
 */
export async function edgeTypes(): Promise<string> {
  const { content } = await experimental_generateTypes({
    config: 'adapters/edge/wrangler.jsonc',
    path: edgeTypesFile,
    includeRuntime: false,
    strictVars: false,
  });
  return content;
}
