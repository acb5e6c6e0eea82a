import { changeEmailEndpoint, changePhoneEndpoint } from './change-contact.ts';
import { changePasswordEndpoint } from './change-password.ts';
import { checkUsernameEndpoint } from './check-username.ts';
import { changeConsentsEndpoint, showConsentsEndpoint, showConsentTextsEndpoint } from './own-consents.ts';
import { registerAccountEndpoint } from './register-account.ts';
import { restoreAccountEndpoint } from './restore-account.ts';
import { showMeEndpoint } from './show-me.ts';
import { updateMeEndpoint } from './update-me.ts';

export const accountEndpoints = [
  registerAccountEndpoint,
  checkUsernameEndpoint,
  showConsentTextsEndpoint,
  showMeEndpoint,
  updateMeEndpoint,
  changePasswordEndpoint,
  changeEmailEndpoint,
  changePhoneEndpoint,
  showConsentsEndpoint,
  changeConsentsEndpoint,
  restoreAccountEndpoint,
] as const;
