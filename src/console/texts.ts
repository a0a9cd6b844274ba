/** The catalogue of all texts of the console. */
import { accessText } from './texts/access.ts';
import { commonText, errorText } from './texts/common.ts';
import { customersText } from './texts/customers.ts';
import { depositsText } from './texts/deposits.ts';
import { labText } from './texts/lab.ts';
import { ledgerText } from './texts/ledger.ts';
import { profileText } from './texts/profile.ts';
import { rulesText } from './texts/rules.ts';
import { settlementText } from './texts/settlement.ts';
import { shellText } from './texts/shell.ts';
import { inboxText, overviewText, withdrawalsText } from './texts/withdrawals.ts';

export const text = {
  common: commonText,
  shell: shellText,
  errors: errorText,
  overview: overviewText,
  inbox: inboxText,
  withdrawals: withdrawalsText,
  settlement: settlementText,
  deposits: depositsText,
  customers: customersText,
  ledger: ledgerText,
  rules: rulesText,
  profile: profileText,
  access: accessText,
  lab: labText,
} as const;
