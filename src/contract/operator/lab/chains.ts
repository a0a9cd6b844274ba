/** The simulated chains in the hands of the lab: blocks, transactions that wait for one, and nodes that fail. */
import { operatorOperation } from '../../operator-operation.ts';
import { Type } from '../../schema.ts';
import { networkCode, oneOf, orNull } from '../fields.ts';

const pathParameters = { network: networkCode };

const node = oneOf(
  ['up', 'not-done', 'unknown'],
  'Whether the exchange reaches the node. `not-done`: its requests do not arrive. `unknown`: what it sends arrives, but no answer comes back.',
);

const auto = Type.Boolean({ description: 'Whether blocks are made at the block time of the server.' });

const waiting = Type.Object({
  txId: Type.String(),
  direction: oneOf(['in', 'out'], '`in`: of a deposit; `out`: of a withdrawal.'),
  outputIndex: Type.Integer({ description: 'Index of the output; 0 for a withdrawal.' }),
  asset: Type.String(),
  amount: Type.String({ description: 'The amount that arrives at the address.' }),
  address: Type.String(),
  addressTag: Type.String(),
  withdrawalId: orNull(Type.String()),
  held: Type.Boolean({ description: 'Whether no block takes it until it is released.' }),
});

const state = Type.Object({
  network: networkCode,
  height: Type.Integer({ description: 'Number of blocks.', minimum: 0 }),
  auto,
  node,
  waiting: Type.Array(waiting, {
    description:
      'The outputs of transactions that wait for a block: at most 1000, in the order of their ids.',
  }),
});

export const getLabChain = operatorOperation({
  id: 'getLabChain',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/chains/{network}',
  summary: 'Show the state of a simulated chain and the transactions that wait for a block.',
  pathParameters,
  reply: state,
  errors: ['operator-not-found'],
});

export const changeLabChain = operatorOperation({
  id: 'changeLabChain',
  permission: 'use-lab',
  method: 'PATCH',
  path: '/operator/v1/lab/chains/{network}',
  summary:
    'Stop or resume the blocks of a network, or make its node fail. When the node is up again, withdrawals that did not reach it are sent again as the same bytes, and its blocks are followed.',
  pathParameters,
  body: { auto: Type.Optional(auto), node: Type.Optional(node) },
  reply: state,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const mineLabBlocks = operatorOperation({
  id: 'mineLabBlocks',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/chains/{network}/blocks',
  summary: 'Add blocks to a simulated chain.',
  pathParameters,
  body: {
    count: Type.Optional(
      Type.Integer({ description: 'Number of blocks to add. 1 when absent.', minimum: 1, maximum: 10_000 }),
    ),
  },
  reply: Type.Object({ network: networkCode, height: Type.Integer({ minimum: 0 }) }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const controlLabTransaction = operatorOperation({
  id: 'controlLabTransaction',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/chains/{network}/transactions',
  summary:
    'Hold, release, drop, fail or replace a transaction that waits for a block. Name either the transaction or the withdrawal, whose transaction may be sent only later.',
  pathParameters,
  body: {
    do: oneOf(
      ['hold', 'release', 'drop', 'fail', 'replace'],
      '`hold`: no block takes it until `release`. `drop`: the chain forgets it; the exchange sends a withdrawal again as the same bytes, a deposit vanishes. `fail`: it is never confirmed. `replace`: another transaction that pays the same takes its place.',
    ),
    txId: Type.Optional(Type.String({ description: 'The transaction.', minLength: 1, maxLength: 256 })),
    withdrawalId: Type.Optional(Type.String({ description: 'The withdrawal.', minLength: 1, maxLength: 64 })),
  },
  reply: Type.Object({
    network: networkCode,
    txId: Type.String({ description: 'The transaction; after `replace`, the new one.' }),
    withdrawalId: orNull(Type.String({ description: 'The withdrawal that it pays.' })),
  }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const reorganiseLabChain = operatorOperation({
  id: 'reorganiseLabChain',
  permission: 'use-lab',
  method: 'POST',
  path: '/operator/v1/lab/chains/{network}/reorganisations',
  summary: 'Take the last blocks off a simulated chain, with or without the transactions in them.',
  pathParameters,
  body: {
    depth: Type.Integer({ description: 'Number of blocks to take off.', minimum: 1, maximum: 10_000 }),
    reinclude: Type.Optional(
      Type.Boolean({
        description:
          'true, also when absent: the transactions wait for the next block. false: the chain forgets them; the exchange sends its own again as the same bytes, those of deposits are gone.',
      }),
    ),
  },
  reply: Type.Object({ network: networkCode, height: Type.Integer({ minimum: 0 }) }),
  errors: ['operator-not-found', 'operator-conflict'],
});
