/** Assets and the networks they travel on: fees, limits and switches. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, type Static, Type } from '../schema.ts';
import { amountInput, assetCode, networkCode, orNull, whyChanged } from './fields.ts';
import { addressRulesInput, addressRulesView } from './networks.ts';

const confirmations = (description: string) => Type.Integer({ description, minimum: 1, maximum: 100_000 });
const depositTip = Type.String({ description: 'Shown while deposits are closed.', maxLength: 500 });
const name = Type.String({ description: 'Full name.', maxLength: 100 });
const scale = Type.Integer({ description: 'Decimals.', minimum: 0, maximum: 18 });

const networkFields = {
  network: networkCode,
  // They define a network that there is not yet; those of a known one must be the same.
  ...addressRulesInput,
  depositEnabled: Type.Optional(Type.Boolean({ description: 'true when absent on a new network.' })),
  withdrawEnabled: Type.Optional(Type.Boolean({ description: 'true when absent on a new network.' })),
  depositTip: Type.Optional(orNull(depositTip)),
  depositMinimum: Type.Optional(
    amountInput('Smaller deposits are recorded and not credited; "0" when absent on a new network.'),
  ),
  withdrawFee: Type.Optional(amountInput('What a withdrawal costs; "0" when absent on a new network.')),
  withdrawMinimum: Type.Optional(
    amountInput('Smallest gross amount of a withdrawal; `withdrawMultiple` when absent on a new network.'),
  ),
  withdrawMultiple: Type.Optional(
    amountInput(
      'The gross amount must be a whole multiple of it; the smallest unit of the asset when absent on a new network.',
    ),
  ),
  minConfirm: Type.Optional(
    confirmations(
      'Confirmations that credit a deposit and complete a withdrawal; 1 when absent on a new network.',
    ),
  ),
  unlockConfirm: Type.Optional(
    confirmations(
      'Confirmations that free a deposit, `minConfirm` or more; `minConfirm` when absent on a new network.',
    ),
  ),
};

const networkInput = Type.Object(networkFields, { additionalProperties: false });
const networkChange = Type.Object(
  {
    ...networkFields,
    remove: Type.Optional(
      Type.Boolean({ description: 'Takes the network away from the asset; a conflict while it is in use.' }),
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
      ...addressRulesView,
      depositEnabled: Type.Boolean(),
      withdrawEnabled: Type.Boolean(),
      depositTip: Type.Optional(depositTip),
      depositMinimum: decimalText('Smaller deposits are recorded and not credited.'),
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
export type AssetView = Static<typeof asset>;

const fields = {
  asset: Type.Optional({ ...assetCode, description: 'The code of the path, if at all.' }),
  name: Type.Optional({ ...name, description: 'Full name; the code when absent on a new asset.' }),
  scale: Type.Optional({
    ...scale,
    description: 'Decimals; 8 when absent on a new asset. It never changes: another one is a conflict.',
  }),
  withdrawMaximumPerDay: Type.Optional(
    orNull(amountInput('Gross amount per account in 24 hours; null: no limit.')),
  ),
  autoApprovalLimit: Type.Optional(
    orNull(amountInput('Above it a withdrawal waits for an operator; null: never.')),
  ),
  ...whyChanged,
};

export const putAsset = operatorOperation({
  id: 'putAsset',
  method: 'PUT',
  path: '/operator/v1/assets/{asset}',
  summary:
    'Define an asset. On an existing one every field that is set must be named (to change some, use PATCH); a network that is left out is removed, a conflict while it is in use.',
  pathParameters: { asset: assetCode },
  body: {
    networks: Type.Array(networkInput, {
      description: 'The first is the default. No network twice.',
      minItems: 1,
      maxItems: 20,
    }),
    ...fields,
  },
  reply: asset,
  errors: ['operator-conflict'],
});

export const patchAsset = operatorOperation({
  id: 'patchAsset',
  method: 'PATCH',
  path: '/operator/v1/assets/{asset}',
  summary:
    'Change an asset: what is not named stays. Networks go by their code: those that are named change or are added, the others stay.',
  pathParameters: { asset: assetCode },
  body: {
    networks: Type.Optional(
      Type.Array(networkChange, { description: 'No network twice.', minItems: 1, maxItems: 20 }),
    ),
    ...fields,
  },
  reply: asset,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listAssets = operatorOperation({
  id: 'listAssets',
  method: 'GET',
  path: '/operator/v1/assets',
  summary: 'List assets, by code.',
  reply: Type.Object({ assets: Type.Array(asset) }),
});

export const getAsset = operatorOperation({
  id: 'getAsset',
  method: 'GET',
  path: '/operator/v1/assets/{asset}',
  summary: 'One asset.',
  pathParameters: { asset: assetCode },
  reply: asset,
  errors: ['operator-not-found'],
});
