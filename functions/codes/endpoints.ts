import { sendChangeCodeEndpoint } from './send-change-code.ts';
import { sendCodeEndpoint } from './send-code.ts';

export const codeEndpoints = [sendCodeEndpoint, sendChangeCodeEndpoint] as const;
