/** The simulated chains. */
import { operatorOperation } from '../operator-operation.ts';
import { Type } from '../schema.ts';
import { networkCode, optionalReason } from './fields.ts';

const chain = Type.Object({
  network: networkCode,
  height: Type.Integer({ description: 'Number of blocks.', minimum: 0 }),
});

export const mineBlocks = operatorOperation({
  id: 'mineBlocks',
  method: 'POST',
  path: '/operator/v1/chain/blocks',
  summary: 'Add blocks to a simulated chain.',
  body: {
    network: networkCode,
    count: Type.Integer({ description: 'Number of blocks to add.', minimum: 1, maximum: 10_000 }),
    ...optionalReason,
  },
  reply: chain,
  errors: ['operator-not-found'],
});

export const listChains = operatorOperation({
  id: 'listChains',
  method: 'GET',
  path: '/operator/v1/chain',
  summary: 'List the simulated chains with their heights.',
  reply: Type.Object({ networks: Type.Array(chain) }),
});
