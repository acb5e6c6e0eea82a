import { registerAccountEndpoint } from './register-account.ts';
import { restoreAccountEndpoint } from './restore-account.ts';
import { showMeEndpoint } from './show-me.ts';
import { suspendAccountEndpoint } from './suspend-account.ts';

export const accountEndpoints = [
  registerAccountEndpoint,
  showMeEndpoint,
  suspendAccountEndpoint,
  restoreAccountEndpoint,
] as const;
