/** Calls that provoke the errors of the operations that submit withdrawals. */
import type { withdrawalErrors } from '../../src/contract/withdrawal-terms.ts';
import { insideAddress } from './contract-world.ts';
import { query } from './operation-calls.ts';
import type { Provocation } from './shared-calls.ts';

/**
 * @param asset the name of the parameter for the asset.
 * @param first sends a query that must succeed.
 */
export function withdrawalProvocations(
  asset: 'asset' | 'coin',
  first: NonNullable<Provocation['before']>,
): Partial<Record<(typeof withdrawalErrors)[number], Provocation>> {
  const withdrawal = `${asset}=ETH&address=${insideAddress}`;
  return {
    'network-unknown': query(`${withdrawal}&network=NOPE&amount=1`, { network: 'NOPE', asset: 'ETH' }),
    'asset-unknown': query(`${asset}=NOPE&address=${insideAddress}&amount=1`),
    'withdrawal-suspended': query(`${withdrawal}&network=CLOSED&amount=1`),
    'withdrawal-limited': {
      call: ({ disabled }) => ({ key: disabled, query: `${withdrawal}&amount=1` }),
      // wapi does not show it.
      ...(asset === 'coin' && { details: { reason: 'the account is disabled' } }),
    },
    'address-invalid': query(`${asset}=ETH&address=nowhere&amount=1`),
    'address-tag-invalid': query(`${asset}=STEP&address=there&addressTag=${'x'.repeat(129)}&amount=1`),
    // wapi shows them as an invalid tag and a limited withdrawal.
    ...(asset === 'coin' && {
      'questionnaire-missing': {
        call: ({ regulated }) => ({ key: regulated, query: `${withdrawal}&amount=1` }),
        details: { country: 'AE' },
      },
      'address-tag-unsupported': query(`${withdrawal}&addressTag=1&amount=1`, { network: 'ETH' }),
    }),
    'precision-exceeded': query(`${withdrawal}&amount=0.123456789`),
    'amount-below-minimum': query(`${withdrawal}&amount=0.01999999`, { minimum: '0.02' }),
    'amount-above-maximum': query(`${asset}=CAP&address=there&amount=5.00000001`),
    'amount-not-multiple': query(`${asset}=STEP&address=there&amount=1.3`, { multiple: '0.5' }),
    'amount-not-above-fee': query(`${asset}=FEE&address=there&amount=2`),
    'balance-insufficient': query(`${withdrawal}&amount=1000000`),
    'order-id-reused': {
      before: first,
      call: () => ({ query: `${withdrawal}&amount=2&withdrawOrderId=one` }),
    },
  };
}

/** The query of a withdrawal that completes at once. */
export const goodWithdrawal = (asset: 'asset' | 'coin') => `${asset}=ETH&address=${insideAddress}&amount=1`;
