/** Commands with a bug, which the store must refuse whole, without harm to the others of their batch. */
import type { Command, Write } from '../../src/store/port.ts';

const written = (writes: (accountId: number) => readonly Write[]): Command<number, unknown> => ({
  name: 'poison',
  prefetch: [],
  decide: (accountId) => ({ reply: {}, writes: writes(accountId) }),
});

const posting = (amount: bigint): Write => ({
  insert: 'transfers',
  row: {
    at: 1,
    kind: 'adjustment',
    asset: 'BTC',
    amount,
    debit: 'adjustments',
    credit: 'fees',
    reference: 'x',
  },
});
const balance = (account_id: number, free: bigint): Write => ({
  put: 'balances',
  row: { account_id, asset: 'BTC', free, held: 0n },
});

export const poisons: ReadonlyMap<string, Command<number, unknown>> = new Map([
  ['a balance below zero', written((id) => [posting(5n), balance(id, -1n)])],
  ['a transfer below zero', written((id) => [balance(id, 7n), posting(-5n)])],
  ['a transfer of nothing', written(() => [posting(5n), posting(0n)])],
  [
    'an edited transfer',
    written(() => [posting(5n), { update: 'transfers', key: { seq: 1 }, set: { at: 2 } }]),
  ],
  ['a deleted transfer', written(() => [posting(5n), { delete: 'transfers', key: { seq: 1 } }])],
  ['a balance of nobody', written(() => [balance(1, 5n)])],
  [
    'a change of what is not there',
    written((id) => [balance(id, 9n), { update: 'bans', key: { ip: '-' }, set: { offences: 1 } }]),
  ],
  [
    'an exception',
    {
      name: 'poison',
      prefetch: [],
      decide: () => {
        throw new Error('a bug of a command');
      },
    },
  ],
]);
