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
  permission: 'run-chains',
  method: 'POST',
  path: '/operator/v1/chain/blocks',
  summary: 'Add blocks to a simulated chain.',
  body: {
    network: networkCode,
    count: Type.Integer({ description: 'Number of blocks to add.', minimum: 1, maximum: 10_000 }),
    ...optionalReason,
  },
  reply: chain,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const reorganiseChain = operatorOperation({
  id: 'reorganiseChain',
  permission: 'run-chains',
  method: 'POST',
  path: '/operator/v1/chain/reorganisations',
  summary:
    'Take the last blocks off a simulated chain. Their transactions wait for a block again. Deposits that are not credited lose their confirmations or, if dropped, vanish; credited ones keep their credit and are marked until they are in a block again, or, if dropped, lose it.',
  body: {
    network: networkCode,
    count: Type.Integer({ description: 'Number of blocks to take off.', minimum: 1, maximum: 10_000 }),
    dropDeposits: Type.Optional(
      Type.Boolean({
        description: 'Whether the incoming transactions of these blocks vanish. false when absent.',
      }),
    ),
    ...optionalReason,
  },
  reply: chain,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listChains = operatorOperation({
  id: 'listChains',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/chain',
  summary: 'List the simulated chains with their heights.',
  reply: Type.Object({ networks: Type.Array(chain) }),
});
