/** The errors of wapi. */
import { apiErrors, type CustomerErrorId } from './customer-errors.ts';
import { define, type ErrorTable } from './error-table.ts';
import { type DetailsOf, reject } from './errors.ts';

export const wapiErrors = {
  ...apiErrors,
  'permission-missing': define(-1002, 400, "You don't have permission."),
  // It is newer than wapi.
  'address-tag-unsupported': (details: DetailsOf<'address-tag-unsupported'>) =>
    reject('address-tag-invalid', details),
  // The specification of 2019 has no code for it.
  'questionnaire-missing': () =>
    reject('withdrawal-limited', {
      reason: 'the travel rule requires a questionnaire; use POST /sapi/v1/localentity/withdraw/apply',
    }),
} satisfies ErrorTable<CustomerErrorId>;
