import { registerAccountEndpoint } from './register-account.ts';
import { restoreAccountEndpoint } from './restore-account.ts';
import { showMeEndpoint } from './show-me.ts';

export const accountEndpoints = [registerAccountEndpoint, showMeEndpoint, restoreAccountEndpoint] as const;
