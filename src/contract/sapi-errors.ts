/** The errors of sapi, with the texts that the exchange sends today where they differ from the documented ones. */
import { apiErrors, type CustomerErrorId, withReason } from './customer-errors.ts';
import { define, type ErrorTable } from './error-table.ts';
import { type DetailsOf, reject } from './errors.ts';

export const sapiErrors = {
  ...apiErrors,
  'too-many-requests': define<DetailsOf<'too-many-requests'>>(
    -1003,
    apiErrors['too-many-requests'].status,
    (d) =>
      'bannedUntilMs' in d
        ? apiErrors['too-many-requests'].text(d)
        : 'Too many requests; current request has limited.',
    'later',
  ),
  'network-unknown': define<DetailsOf<'network-unknown'>>(-4018, 400, ({ network, asset }) =>
    asset === undefined
      ? `We don't have the network '${network ?? ''}'.`
      : `We don't have the network '${network ?? ''}' for ${asset}.`,
  ),
  'address-invalid': define(
    -4007,
    400,
    "Address verification failed. Please confirm the network is matched with the withdrawal address. You may consult with recipient's platform for details.",
  ),
  'withdrawal-suspended': define(-4019, 400, 'The current currency is not open for withdrawal'),
  'balance-insufficient': define(-4026, 400, 'User has insufficient balance'),
  'owner-disabled': () => reject('withdrawal-limited', { reason: 'the account is disabled' }),
  // The text includes the reason, so that nobody takes it for an error of the key.
  'permission-missing': define<DetailsOf<'permission-missing'>>(-1002, 400, ({ reason }) =>
    withReason('You are not authorized to execute this request.', reason),
  ),
  'sub-account-unrelated': define(
    -9000,
    400,
    // sic
    'This two users are not in parent-child relation.',
  ),
} satisfies ErrorTable<CustomerErrorId>;
