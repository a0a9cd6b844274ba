/** Faulty commands, which the store must reject as a whole without affecting the others in their batch. */
import type { ErrorId } from '../../src/contract/errors.ts';
import type { Command, Write } from '../../src/store/port.ts';

const written = (writes: (accountId: number) => readonly Write[]): Command<number, unknown, ErrorId> => ({
  name: 'faulty',
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
/** A balance of an asset that no other command of the batch credits: only the last value of a row is written. */
const balance = (accountId: number, free: bigint, owed = 0n): Write => ({
  put: 'balances',
  row: { accountId, asset: 'FAULTY', wallet: 'spot', free, held: 0n, owed },
});

export const faultyCommands: ReadonlyMap<string, Command<number, unknown, ErrorId>> = new Map([
  ['a negative balance', written((id) => [posting(5n), balance(id, -1n)])],
  ['a negative amount owed', written((id) => [posting(5n), balance(id, 0n, -1n)])],
  ['a balance that is free while it owes', written((id) => [posting(5n), balance(id, 1n, 1n)])],
  ['a negative transfer', written((id) => [balance(id, 7n), posting(-5n)])],
  ['a transfer of zero', written(() => [posting(5n), posting(0n)])],
  [
    'an edited transfer',
    written(() => [posting(5n), { update: 'transfers', key: { seq: 1 }, set: { at: 2 } }]),
  ],
  ['a deleted transfer', written(() => [posting(5n), { delete: 'transfers', key: { seq: 1 } }])],
  ['a balance of an unknown account', written(() => [balance(1, 5n)])],
  [
    'an update of a missing row',
    written((id) => [balance(id, 9n), { update: 'bans', key: { ip: '-' }, set: { offences: 1 } }]),
  ],
  [
    'an exception',
    {
      name: 'faulty',
      prefetch: [],
      decide: () => {
        throw new Error('a bug of a command');
      },
    },
  ],
]);
