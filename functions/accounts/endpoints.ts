import { changeConsentsEndpoint } from './change-consents.ts';
import { changeEmailEndpoint } from './change-email.ts';
import { changePasswordEndpoint } from './change-password.ts';
import { changePhoneEndpoint } from './change-phone.ts';
import { checkUsernameEndpoint } from './check-username.ts';
import { registerAccountEndpoint } from './register-account.ts';
import { restoreAccountEndpoint } from './restore-account.ts';
import { showConsentTextsEndpoint } from './show-consent-texts.ts';
import { showConsentsEndpoint } from './show-consents.ts';
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
