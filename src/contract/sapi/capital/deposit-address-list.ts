import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, required, Type } from '../../schema.ts';

/**
 * The addresses that were issued to the account, the current one of each address space first. Earlier ones still receive
 * deposits.
 */
export const capitalDepositAddressList = operation({
  id: 'capitalDepositAddressList',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/deposit/address/list'],
  weights: { address: 10 },
  summary: 'List the deposit addresses for an asset.',
  parameters: {
    coin: required.string({ description: 'Asset code.', maximum: 20 }),
    network: optional.string({
      description: 'Only this network; all of the asset when absent.',
      maximum: 20,
    }),
  },
  reply: Type.Array(
    Type.Object({
      coin: Type.String({
        description:
          'The address space: the code of a network, the same for all networks that share addresses.',
      }),
      address: Type.String(),
      tag: Type.String({ description: 'Empty if the network has no tags.' }),
      isDefault: Type.Integer({ enum: [0, 1], description: '1: the current address, 0: an earlier one.' }),
    }),
  ),
  errors: ['asset-unknown', 'network-unknown'],
});
