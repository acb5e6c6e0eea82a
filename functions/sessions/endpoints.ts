import { endOwnOtherSessionsEndpoint } from './end-other-sessions.ts';
import { endOwnSessionEndpoint } from './end-own-session.ts';
import { listSessionsEndpoint } from './list-sessions.ts';
import { logInEndpoint } from './log-in.ts';
import { logOutEndpoint } from './log-out.ts';
import { refreshSessionEndpoint } from './refresh-session.ts';
import { showJwksEndpoint } from './show-jwks.ts';

export const sessionEndpoints = [
  logInEndpoint,
  refreshSessionEndpoint,
  logOutEndpoint,
  listSessionsEndpoint,
  endOwnSessionEndpoint,
  endOwnOtherSessionsEndpoint,
  showJwksEndpoint,
] as const;
