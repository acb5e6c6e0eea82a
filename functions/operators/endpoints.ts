import { acceptDriverEndpoint } from './accept-driver.ts';
import { activateOperatorEndpoint } from './activate-operator.ts';
import { browseOperatorsEndpoint } from './browse-operators.ts';
import { editOperatorEndpoint } from './edit-operator.ts';
import { inspectAccountEndpoint } from './inspect-account.ts';
import { listAuditEndpoint } from './list-audit.ts';
import { listDriversEndpoint } from './list-drivers.ts';
import { listOperatorsEndpoint } from './list-operators.ts';
import { listOwnAuditEndpoint } from './list-own-audit.ts';
import { listRegionsEndpoint } from './list-regions.ts';
import { makeCompanyCodeEndpoint } from './make-company-code.ts';
import { refuseOperatorEndpoint } from './refuse-operator.ts';
import { requestAffiliationEndpoint } from './request-affiliation.ts';
import { searchAccountsEndpoint } from './search-accounts.ts';
import { showOperatorEndpoint } from './show-operator.ts';
import { showOwnOperatorEndpoint } from './show-own-operator.ts';

export const operatorEndpoints = [
  listRegionsEndpoint,
  browseOperatorsEndpoint,
  showOperatorEndpoint,
  showOwnOperatorEndpoint,
  editOperatorEndpoint,
  makeCompanyCodeEndpoint,
  requestAffiliationEndpoint,
  listDriversEndpoint,
  acceptDriverEndpoint,
  listOperatorsEndpoint,
  activateOperatorEndpoint,
  refuseOperatorEndpoint,
  searchAccountsEndpoint,
  inspectAccountEndpoint,
  listAuditEndpoint,
  listOwnAuditEndpoint,
] as const;
