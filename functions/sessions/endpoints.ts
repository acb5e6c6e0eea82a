import { logInEndpoint } from './log-in.ts';
import { logOutEndpoint } from './log-out.ts';
import { refreshSessionEndpoint } from './refresh-session.ts';
import { showJwksEndpoint } from './show-jwks.ts';

export const sessionEndpoints = [logInEndpoint, refreshSessionEndpoint, logOutEndpoint, showJwksEndpoint] as const;
