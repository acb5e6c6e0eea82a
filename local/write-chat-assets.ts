// `npm run chat:assets`: writes the module that serves the chat page's scripts and style.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetsFile, assetsText } from './chat-page/assets.ts';
import { checkout } from './folder.ts';

writeFileSync(join(checkout, assetsFile), assetsText());
console.log(`Wrote ${assetsFile}.`);
