import { sendChangeCodeEndpoint, sendCodeEndpoint } from './send-code.ts';

export const codeEndpoints = [sendCodeEndpoint, sendChangeCodeEndpoint] as const;
