import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { depositAddressFields, depositAddressParameters } from './deposit-address-fields.ts';

/** The address of wapi: created on the first request, the same on each later one. */
export const capitalDepositAddress = operation({
  id: 'capitalDepositAddress',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/deposit/address'],
  weights: { address: 10 },
  summary: 'Fetch the deposit address of an asset.',
  parameters: depositAddressParameters,
  reply: depositAddressFields,
  errors: ['asset-unknown', 'network-unknown', 'deposit-address-unavailable', 'not-done', 'outcome-unknown'],
});
