/** Parts of the operations that submit a withdrawal. */
import { optional, required, Type } from './schema.ts';

export const withdrawalParameters = {
  network: optional.string({ description: "The asset's default network when absent.", maximum: 20 }),
  address: required.string({
    description: 'Destination address, validated by the rules of the network.',
    maximum: 1000,
  }),
  addressTag: optional.string({
    description:
      'Secondary address identifier for coins like XRP, XMR etc.; not allowed with an address that already contains one.',
    maximum: 256,
  }),
  amount: required.decimal({ description: 'Gross amount, which includes the fee.' }),
  name: optional.string({ description: 'Description of the address.', maximum: 200 }),
  withdrawOrderId: optional.string({
    description: 'Idempotency key, unique per account; it never expires.',
    maximum: 64,
  }),
};

export const withdrawalId = Type.String({
  pattern: '^[0-9a-f]{32}$',
  patternInWords: '32 lower-case hexadecimal digits',
});

export const withdrawalErrors = [
  'asset-unknown',
  'network-unknown',
  'withdrawal-suspended',
  'withdrawal-limited',
  'questionnaire-missing',
  'address-invalid',
  'address-tag-invalid',
  'address-tag-unsupported',
  'precision-exceeded',
  'amount-below-minimum',
  'amount-above-maximum',
  'amount-not-multiple',
  'amount-not-above-fee',
  'balance-insufficient',
  'order-id-reused',
] as const;
