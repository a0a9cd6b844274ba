import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { optional, required, Type } from '../schema.ts';

/**
 * spec: POST /wapi/v3/withdraw.html.
 * deviation: withdraw accepts `withdrawOrderId` as an idempotency key that never expires: the same id and content
 * return the first reply, other content is rejected.
 */
export const withdraw = operation({
  id: 'withdraw',
  dialect: wapi,
  method: 'POST',
  paths: ['/wapi/v3/withdraw.html'],
  permission: 'withdrawals',
  summary: 'Submit a withdraw request.',
  parameters: {
    asset: required.string({ description: 'Asset code, for example ETH.', maximum: 20 }),
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
  },
  reply: Type.Object({
    msg: Type.Literal('success'),
    success: Type.Literal(true),
    id: Type.String({ pattern: '^[0-9a-f]{32}$', patternInWords: '32 lower-case hexadecimal digits' }),
  }),
  errors: [
    'asset-unknown',
    'network-unknown',
    'withdrawal-suspended',
    'withdrawal-limited',
    'address-invalid',
    'address-tag-invalid',
    'precision-exceeded',
    'amount-below-minimum',
    'amount-above-maximum',
    'amount-not-multiple',
    'amount-not-above-fee',
    'balance-insufficient',
    'order-id-reused',
  ],
});
