import { findUsernameEndpoint } from './find-username.ts';
import { recoverPasswordEndpoint } from './recover-password.ts';

export const recoveryEndpoints = [findUsernameEndpoint, recoverPasswordEndpoint] as const;
