/** Assets and the networks on which they can be deposited and withdrawn: fees, limits and switches. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, type Static, Type } from '../schema.ts';
import { amountInput, assetCode, networkCode, optionalReason, orNull } from './fields.ts';
import { addressRulesInput, addressRulesView } from './networks.ts';

const confirmations = (description: string) => Type.Integer({ description, minimum: 1, maximum: 100_000 });
const depositTip = Type.String({ description: 'Shown while deposits are disabled.', maxLength: 500 });
const name = Type.String({ description: 'Full name.', maxLength: 100 });
const scale = Type.Integer({ description: 'Decimals.', minimum: 0, maximum: 18 });

const networkFields = {
  network: networkCode,
  // The address rules define a network that does not exist yet; for an existing one they must be the same.
  ...addressRulesInput,
  depositEnabled: Type.Optional(Type.Boolean({ description: 'true when absent on a new network.' })),
  withdrawEnabled: Type.Optional(Type.Boolean({ description: 'true when absent on a new network.' })),
  depositTip: Type.Optional(orNull(depositTip)),
  depositMinimum: Type.Optional(
    amountInput('Smaller deposits are recorded but not credited; "0" when absent on a new network.'),
  ),
  withdrawFee: Type.Optional(amountInput('Fee of a withdrawal; "0" when absent on a new network.')),
  withdrawMinimum: Type.Optional(
    amountInput('Minimum gross amount of a withdrawal; `withdrawMultiple` when absent on a new network.'),
  ),
  withdrawMultiple: Type.Optional(
    amountInput(
      'The gross amount must be an integer multiple of this; the smallest unit of the asset when absent on a new network.',
    ),
  ),
  minConfirm: Type.Optional(
    confirmations(
      'Confirmations after which a deposit is credited and a withdrawal completes; 1 when absent on a new network.',
    ),
  ),
  unlockConfirm: Type.Optional(
    confirmations(
      'Confirmations after which a credited deposit can be withdrawn, at least `minConfirm`; `minConfirm` when absent on a new network.',
    ),
  ),
};

const networkInput = Type.Object(networkFields, { additionalProperties: false });
const networkChange = Type.Object(
  {
    ...networkFields,
    remove: Type.Optional(
      Type.Boolean({ description: 'Removes the network from the asset; a conflict while it is in use.' }),
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
      depositMinimum: decimalText('Smaller deposits are recorded but not credited.'),
      withdrawFee: decimalText('Fee of a withdrawal.'),
      withdrawMinimum: decimalText('Minimum gross amount of a withdrawal.'),
      withdrawMultiple: decimalText('The gross amount must be an integer multiple of this.'),
      minConfirm: confirmations(
        'Confirmations after which a deposit is credited and a withdrawal completes.',
      ),
      unlockConfirm: confirmations('Confirmations after which a credited deposit can be withdrawn.'),
    }),
    { description: 'The first is the default network.' },
  ),
  withdrawMaximumPerDay: orNull(decimalText('Maximum gross amount per account in 24 hours; null: no limit.')),
  autoApprovalLimit: orNull(
    decimalText('A withdrawal above this amount requires approval by an operator; null: none does.'),
  ),
});
export type AssetView = Static<typeof asset>;

const fields = {
  asset: Type.Optional({ ...assetCode, description: 'Optional; must equal the code in the path.' }),
  name: Type.Optional({ ...name, description: 'Full name; the asset code when absent on a new asset.' }),
  scale: Type.Optional({
    ...scale,
    description:
      'Number of decimals; 8 when absent on a new asset. It cannot be changed: a different value is a conflict.',
  }),
  withdrawMaximumPerDay: Type.Optional(
    orNull(amountInput('Maximum gross amount per account in 24 hours; null: no limit.')),
  ),
  autoApprovalLimit: Type.Optional(
    orNull(amountInput('A withdrawal above this amount requires approval by an operator; null: none does.')),
  ),
  ...optionalReason,
};

export const putAsset = operatorOperation({
  id: 'putAsset',
  permission: 'change-rules',
  method: 'PUT',
  path: '/operator/v1/assets/{asset}',
  summary:
    'Define an asset. For an existing asset the body must contain every field that is set (use PATCH to change some of them). A network that is left out is removed, which is a conflict while it is in use.',
  pathParameters: { asset: assetCode },
  body: {
    networks: Type.Array(networkInput, {
      description: 'The first is the default network. Networks must be unique.',
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
  permission: 'change-rules',
  method: 'PATCH',
  path: '/operator/v1/assets/{asset}',
  summary:
    'Change an asset. Absent fields stay unchanged. Networks are identified by their code: the listed ones are changed or added, the others stay unchanged.',
  pathParameters: { asset: assetCode },
  body: {
    networks: Type.Optional(
      Type.Array(networkChange, { description: 'Networks must be unique.', minItems: 1, maxItems: 20 }),
    ),
    ...fields,
  },
  reply: asset,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listAssets = operatorOperation({
  id: 'listAssets',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/assets',
  summary: 'List assets, by code.',
  reply: Type.Object({ assets: Type.Array(asset) }),
});

export const getAsset = operatorOperation({
  id: 'getAsset',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/assets/{asset}',
  summary: 'Get an asset.',
  pathParameters: { asset: assetCode },
  reply: asset,
  errors: ['operator-not-found'],
});
