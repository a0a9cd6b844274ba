/** Assets and the networks they travel on: fees, limits and switches. */
import { addressFormats } from '../address-format.ts';
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { amountInput, assetCode, networkCode, oneOf, orNull, whyChanged } from './fields.ts';

const spelling =
  'The family of addresses, tags and transaction ids (docs/networks.md); `opaque` takes any printable text.';
const confirmations = (description: string) => Type.Integer({ description, minimum: 1, maximum: 100_000 });
const depositTip = Type.String({ description: 'Shown while deposits are closed.', maxLength: 500 });
const name = Type.String({ description: 'Full name.', maxLength: 100 });
const scale = Type.Integer({ description: 'Decimals.', minimum: 0, maximum: 18 });

const networkInput = Type.Object(
  {
    network: networkCode,
    addressFormat: Type.Optional(
      oneOf(addressFormats, `${spelling} When absent, that of the network's name, or \`opaque\`.`),
    ),
    depositEnabled: Type.Optional(Type.Boolean({ default: true })),
    withdrawEnabled: Type.Optional(Type.Boolean({ default: true })),
    depositTip: Type.Optional(depositTip),
    withdrawFee: Type.Optional(amountInput('What a withdrawal costs; "0" when absent.')),
    withdrawMinimum: Type.Optional(
      amountInput('Smallest gross amount of a withdrawal; `withdrawMultiple` when absent.'),
    ),
    withdrawMultiple: Type.Optional(
      amountInput(
        'The gross amount must be a whole multiple of it; the smallest unit of the asset when absent.',
      ),
    ),
    minConfirm: Type.Optional(
      confirmations('Confirmations that credit a deposit and complete a withdrawal; 1 when absent.'),
    ),
    unlockConfirm: Type.Optional(
      confirmations('Confirmations that free a deposit, `minConfirm` or more; `minConfirm` when absent.'),
    ),
  },
  { additionalProperties: false },
);

const asset = Type.Object({
  asset: assetCode,
  name,
  scale,
  networks: Type.Array(
    Type.Object({
      network: networkCode,
      addressFormat: oneOf(addressFormats, spelling),
      depositEnabled: Type.Boolean(),
      withdrawEnabled: Type.Boolean(),
      depositTip: Type.Optional(depositTip),
      withdrawFee: decimalText('What a withdrawal costs.'),
      withdrawMinimum: decimalText('Smallest gross amount of a withdrawal.'),
      withdrawMultiple: decimalText('The gross amount must be a whole multiple of it.'),
      minConfirm: confirmations('Confirmations that credit a deposit and complete a withdrawal.'),
      unlockConfirm: confirmations('Confirmations that free a deposit.'),
    }),
    { description: 'The first is the default.' },
  ),
  withdrawMaximumPerDay: orNull(decimalText('Gross amount per account in 24 hours; null: no limit.')),
  autoApprovalLimit: orNull(decimalText('Above it a withdrawal waits for an operator; null: never.')),
});

export const putAsset = operatorOperation({
  id: 'putAsset',
  method: 'PUT',
  path: '/operator/v1/assets/{asset}',
  summary: 'Define an asset, whole: what is absent takes its default.',
  pathParameters: { asset: assetCode },
  body: {
    name: Type.Optional({ ...name, description: 'Full name; the code when absent.' }),
    scale: Type.Optional({
      ...scale,
      description: 'Decimals; 8 when absent. An existing asset keeps its own: another one is a conflict.',
    }),
    networks: Type.Array(networkInput, {
      description: 'The first is the default. No network twice.',
      minItems: 1,
      maxItems: 20,
    }),
    withdrawMaximumPerDay: Type.Optional(
      orNull(amountInput('Gross amount per account in 24 hours; null or absent: no limit.')),
    ),
    autoApprovalLimit: Type.Optional(
      orNull(amountInput('Above it a withdrawal waits for an operator; null or absent: never.')),
    ),
    ...whyChanged,
  },
  reply: asset,
  errors: ['operator-conflict'],
});

export const listAssets = operatorOperation({
  id: 'listAssets',
  method: 'GET',
  path: '/operator/v1/assets',
  summary: 'List assets, by code.',
  reply: Type.Object({ assets: Type.Array(asset) }),
});
