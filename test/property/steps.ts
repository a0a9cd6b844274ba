/** The random steps: commands executed one after another or concurrently. */
import fc from 'fast-check';
import { ruleTurns } from './account-rule-turns.ts';
import { faultyCommands } from './faulty-commands.ts';
import type { Destination } from './model.ts';
import { assets } from './model-world.ts';

const who = fc.constantFrom<number[]>(0, 0, 1, 1, 2, 2, 3);
const asset = fc.constantFrom(...assets);
/** Selects the n-th row for which the transition is possible, or the n-th of all rows; -1 is the last one. */
const mostly = fc.constantFrom(true, true, true, false);
const nth = fc.record({ index: fc.nat({ max: 30 }), fit: mostly });
export type Nth = { readonly index: number; readonly fit: boolean };
const amount = fc.oneof(
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 60n }) },
  { weight: 6, arbitrary: fc.bigInt({ min: 2n, max: 160n }).map((fives) => fives * 5n) },
  { weight: 1, arbitrary: fc.constantFrom(1_000_000n, 10n ** 9n, 10n ** 22n) },
);
/** Units, the whole free amount at that moment, or one unit more than that. */
export type Amount = bigint | 'all' | 'one too many';
const spending: fc.Arbitrary<Amount> = fc.oneof(
  { weight: 8, arbitrary: amount },
  { weight: 1, arbitrary: fc.constantFrom<Amount[]>('all', 'one too many') },
);
const inside = fc.record({ account: who, asset });
const assigned = fc.nat({ max: 2 });
const tag = fc.constantFrom('', '', '1', '2');
const outside = fc.constant<Destination>('outside');
const nonsense = fc.constant<Destination>('nonsense');
const destination: fc.Arbitrary<Destination> = fc.oneof(
  { weight: 6, arbitrary: inside },
  { weight: 3, arbitrary: fc.record({ assigned, tag }) },
  { weight: 8, arbitrary: outside },
  { weight: 1, arbitrary: nonsense },
);

export const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('adjust'),
      who,
      asset,
      amount: spending,
      out: fc.boolean(),
      backed: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('withdraw'),
      who,
      asset,
      units: spending,
      wallet: fc.constantFrom('spot', 'spot', 'funding'),
      to: destination,
      orderId: fc.option(fc.constantFrom<string[]>('a', 'b', 'c'), { nil: undefined }),
      windowMs: fc.option(fc.integer({ min: -1, max: 12 }), { nil: undefined }),
      feeTo: fc.constantFrom(undefined, undefined, 'recipient', 'sender'),
      answers: fc.constantFrom(undefined, undefined, 'right', 'wrong'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      how: fc.constantFrom('confirm', 'cancel', 'approve', 'reject'),
      nth,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('broadcast'), nth }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('settle'),
      nth,
      attempt: fc.constantFrom(undefined, undefined, 1, 2, 3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settleInside'), nth }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail'), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeFailure'), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('drop'), nth, failedAttempts: fc.constantFrom(1, 1, 2, 3) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resend'), nth, skip: fc.constantFrom(0, 0, 0, 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('observe'),
      to: fc.oneof(inside, inside, fc.record({ assigned, tag })),
      asset,
      tx: fc.nat({ max: 2 }),
      index: fc.nat({ max: 2 }),
      amount: fc.oneof(amount, fc.constant(7n)),
      lost: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reverse'), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('attribute'), nth, who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('giveBack'), nth }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('confirmDeposit'),
      nth,
      depth: fc.nat({ max: 4 }),
      block: fc.constantFrom(1, 1, 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('loseDeposit'), nth, waits: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('transfer'),
      master: fc.constantFrom(0, 0, 0, 1, 3),
      from: who,
      to: who,
      asset,
      amount: spending,
      bySender: fc.constantFrom(false, false, true),
      clientId: fc.constantFrom(undefined, undefined, 't1', 't2'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('transferBetweenWallets'),
      who,
      asset,
      from: fc.constantFrom('spot', 'funding'),
      amount: spending,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('dust'), who, codes: fc.array(asset, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dividend'), asset, holdersOf: asset, amount }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('switch'),
      who,
      enabled: mostly,
      email: fc.boolean(),
      whitelistOnly: fc.constantFrom(false, false, true),
      country: fc.constantFrom('NIL', 'NIL', 'AE', 'KZ'),
      quota: fc.constantFrom<(bigint | null)[]>(null, 300n, 1_500n, 100_000n),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('note'),
      who,
      asset,
      to: destination,
      how: fc.constantFrom('whitelist', 'whitelist', 'note', 'delete'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delay'), hours: fc.constantFrom(0, 0, 6) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('open'),
      asset: fc.constantFrom('BTC', 'XRP', 'BNB'),
      open: mostly,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('maintain'), on: fc.constantFrom(true, false, false) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('assign'), who, asset, assigned, tag }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('redefine'),
      asset,
      change: fc.constantFrom({ addressFormat: 'evm' as const }, { addressGroup: 'NET3' }, { tag: null }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeNetwork'), asset }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('faulty'), kind: fc.constantFrom(...faultyCommands.keys()) }),
  },
);

export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
export type StepOf<K extends string> = Extract<Step, { do: K }>;

/** One turn: a batch of commands, hours that pass, or closing and reopening the store. */
export type Turn =
  | { readonly batch: readonly Step[] }
  | { readonly hours: number }
  | { readonly reopen: true };
const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ batch: fc.array(step, { minLength: 1, maxLength: 1 }) }) },
  { weight: 4, arbitrary: fc.record({ batch: fc.array(step, { minLength: 2, maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.constant({ hours: 7 }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true } as const) },
);
export const turns: fc.Arbitrary<readonly Turn[]> = fc
  .array(fc.oneof({ weight: 40, arbitrary: turn.map((one) => [one]) }, { weight: 1, arbitrary: ruleTurns }), {
    minLength: 10,
    maxLength: 60,
    size: 'max',
  })
  .map((parts) => parts.flat());
