import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { depositAddressFields, depositAddressParameters } from '../capital/deposit-address-fields.ts';
import { subAccountEmail } from './fields.ts';

/** The deposit address that the sub-account itself would get. */
export const subAccountDepositAddress = operation({
  id: 'subAccountDepositAddress',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/deposit/subAddress'],
  weights: { address: 1 },
  masterOnly: true,
  summary: 'Get sub-account deposit address.',
  parameters: { email: subAccountEmail, ...depositAddressParameters },
  reply: depositAddressFields,
  errors: [
    'sub-account-unrelated',
    'asset-unknown',
    'network-unknown',
    'deposit-address-unavailable',
    'not-done',
    'outcome-unknown',
  ],
});
