// For `node --import`: what the file after it imports is found quickly.
import { importQuickly } from '../adapters/node/start/quick-imports.ts';

importQuickly();
