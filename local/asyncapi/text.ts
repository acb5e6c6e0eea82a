import { stringify } from 'yaml';
import { asyncApiDocument } from './document.ts';

/** Where the document lies, from the checkout. */
export const asyncApiFile = 'docs/asyncapi.yaml';

/** docs/asyncapi.yaml as it should be. */
export function asyncApiText(): string {
  const head = '# Made from functions/chat/frames.ts by `npm run docs:asyncapi`: change the schemas, not this file.\n';
  return head + stringify(asyncApiDocument(), { lineWidth: 120, singleQuote: true, aliasDuplicateObjects: false });
}
