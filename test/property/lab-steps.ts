/**
 * Random steps of a world of the lab: what customers and operators do, what happens on the chains, and how the time of
 * the world moves.
 */
import fc from 'fast-check';
import { transactionActions } from '../../src/chain/service.ts';
import { labRequest } from './lab-requests.ts';
import { assets, terms } from './model-world.ts';
import { type Step, step } from './steps.ts';

/** Steps that workers and chains take by themselves here, and commands that only the store refuses. */
const notAsked: ReadonlySet<Step['do']> = new Set([
  'broadcast',
  'settle',
  'settleInside',
  'fail',
  'revokeFailure',
  'drop',
  'resend',
  'observe',
  'confirmDeposit',
  'loseDeposit',
  'faulty',
]);

/** Whether a request is too late depends on the moment of its commit, which the steps do not decide. */
const asked = step
  .filter((each) => !notAsked.has(each.do))
  .map((each) => (each.do === 'withdraw' ? { ...each, windowMs: undefined } : each));

const networks = [...new Set(Object.values(terms).map(({ network }) => network))];
const network = fc.constantFrom(...networks);
const nth = fc.nat({ max: 20 });

const chainStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('receive'),
      to: fc.oneof(
        fc.record({ account: fc.nat({ max: 3 }) }),
        fc.record({ assigned: fc.nat({ max: 2 }), tag: fc.constantFrom('', '1', '2') }),
      ),
      asset: fc.constantFrom(...assets),
      tx: fc.nat({ max: 5 }),
      index: fc.nat({ max: 1 }),
      units: fc.bigInt({ min: 1n, max: 900n }),
      lost: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('mine'), network, count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reorganise'),
      network,
      depth: fc.integer({ min: 1, max: 4 }),
      drop: fc.constantFrom('none', 'incoming', 'all'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('control'),
      network,
      nth,
      incoming: fc.boolean(),
      action: fc.constantFrom(...transactionActions),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('node'),
      network,
      node: fc.constantFrom('not-done', 'unknown', 'up', 'up'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('auto'), network, auto: fc.boolean() }) },
);

const minuteMs = 60_000;
const clockStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance'),
      ms: fc.constantFrom(1, 30_000, minuteMs, 5 * minuteMs, 60 * minuteMs, 26 * 60 * minuteMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('goOn'), ms: fc.nat({ max: 5_000 }) }) },
);

const worldStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('snapshot') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('restore'), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fork') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('enter'), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sleep') }) },
);

export type LabStep =
  /** At the same time; `lost`: no reply arrives, so that the client sends all of it again. */
  | { readonly do: 'ask'; readonly batch: readonly Step[]; readonly lost: boolean }
  /** By a customer, over the wire. */
  | { readonly do: 'request'; readonly request: typeof labRequest extends fc.Arbitrary<infer R> ? R : never }
  /** Forks, snapshots, restores and resets; `enter`: the play continues in another world. */
  | (typeof worldStep extends fc.Arbitrary<infer W> ? W : never)
  | (typeof chainStep extends fc.Arbitrary<infer C> ? C : never)
  | (typeof clockStep extends fc.Arbitrary<infer C> ? C : never);
export type LabStepOf<K extends string> = Extract<LabStep, { do: K }>;

const ask = fc.record({
  do: fc.constant('ask' as const),
  batch: fc.oneof(
    { weight: 4, arbitrary: fc.array(asked, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(asked, { minLength: 2, maxLength: 4 }) },
  ),
  lost: fc.constantFrom(false, false, false, false, true),
});

const request = labRequest.map((each) => ({ do: 'request' as const, request: each }));

const anyStep = fc.oneof(
  { weight: 7, arbitrary: ask },
  { weight: 7, arbitrary: request },
  { weight: 8, arbitrary: chainStep },
  { weight: 3, arbitrary: clockStep },
  { weight: 3, arbitrary: worldStep },
);

const together = (...batch: readonly Step[]): LabStep => ({ do: 'ask', batch, lost: false });
const place = fc.record({ who: fc.constantFrom(0, 1, 2), asset: fc.constantFrom('BTC', 'XRP', 'BNB') });
const drop = fc.constantFrom<LabStepOf<'reorganise'>['drop'][]>('none', 'incoming', 'incoming', 'all');

/** A deposit is spent, and then its blocks are gone; later credits pay the debt. Independent steps seldom do this. */
const spentAndGone = fc
  .record({
    place,
    tx: fc.integer({ min: 10, max: 1_000_000 }),
    blocks: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 1, max: 3 }),
    drop,
    spent: fc.boolean(),
    /** Custody has less than the deposit when it is lost. */
    isShort: fc.boolean(),
    comesBack: fc.boolean(),
    between: fc.array(anyStep, { maxLength: 2 }),
  })
  .map((story): readonly LabStep[] => {
    const { who, asset } = story.place;
    const { network } = terms[asset]!;
    const book = (amount: bigint | 'all', out: boolean, backed = false) =>
      together({ do: 'adjust', who, asset, amount, out, backed });
    const left = (owner: number, amount: bigint) =>
      together({ do: 'adjust', who: owner, asset, amount, out: true, backed: true });
    const to = { account: who };
    const received: LabStep = { do: 'receive', to, asset, tx: story.tx, index: 0, units: 500n, lost: false };
    return [
      // Custody covers it.
      together({ do: 'adjust', who: 3, asset, amount: 5_000n, out: false, backed: true }),
      received,
      { do: 'mine', network, count: story.blocks },
      together({ do: 'transferBetweenWallets', who, asset, from: 'funding', amount: 'all' }),
      ...(story.spent ? [book('all', true)] : []),
      ...(story.isShort ? [left(3, 5_000n), left((who + 1) % 3, 1_300n)] : []),
      ...story.between,
      { do: 'reorganise', network, depth: story.depth, drop: story.drop },
      book(150n, false),
      ...(story.comesBack ? [received] : []),
      { do: 'mine', network, count: 3 },
      book(600n, false),
    ];
  });

/** A withdrawal is sent while its chain or its node makes trouble. */
const troubled = fc
  .record({
    place,
    orderId: fc.integer({ min: 10, max: 1_000_000 }).map((number) => `order-${number}`),
    node: fc.constantFrom<LabStepOf<'node'>['node'][]>('up', 'up', 'not-done', 'unknown'),
    action: fc.option(fc.constantFrom(...transactionActions), { nil: undefined }),
    blocks: fc.integer({ min: 0, max: 2 }),
    drop,
    lost: fc.boolean(),
    between: fc.array(anyStep, { maxLength: 2 }),
  })
  .map(({ place: { who, asset }, orderId, node, action, blocks, ...story }): readonly LabStep[] => {
    const { network } = terms[asset]!;
    const control = { do: 'control', network, nth: -1, incoming: false } as const;
    const order: Step = {
      ...{ do: 'withdraw', who, asset, units: 50n, wallet: 'spot', to: 'outside', orderId },
      ...{ windowMs: undefined, feeTo: undefined, answers: 'right' },
    };
    return [
      { do: 'node', network, node },
      { do: 'ask', batch: [order], lost: story.lost },
      ...(action === undefined ? [] : [{ ...control, action }]),
      ...story.between,
      { do: 'advance', ms: 2 * minuteMs },
      { do: 'node', network, node: 'up' },
      ...(blocks === 0 ? [] : [{ do: 'mine', network, count: blocks } as const]),
      { do: 'reorganise', network, depth: blocks + 1, drop: story.drop },
      ...(action === undefined ? [] : [{ ...control, action: 'replace' } as const]),
      { do: 'advance', ms: 5 * minuteMs },
    ];
  });

const few = fc.array(anyStep, { minLength: 1, maxLength: 3 });

/** Steps after a snapshot are undone, and other steps follow. */
const thereAndBack = fc
  .record({ before: few, undone: few, fork: fc.boolean(), after: few })
  .map(({ before, undone, fork, after }): readonly LabStep[] => [
    ...before,
    { do: 'snapshot' },
    ...undone,
    ...(fork ? [{ do: 'fork' } as const] : []),
    { do: 'restore', nth: -1 },
    ...after,
  ]);

/** A world and its fork go two ways, while something is under way in both. */
const twoWays = fc
  .record({ before: troubled, one: few, other: few })
  .map(({ before, one, other }): readonly LabStep[] => [
    ...before.slice(0, 3),
    { do: 'fork' },
    ...one,
    { do: 'enter', nth: -1 },
    ...other,
    ...before.slice(3),
    { do: 'enter', nth: 0 },
  ]);

const part = fc.oneof(
  { weight: 4, arbitrary: anyStep.map((one): readonly LabStep[] => [one]) },
  { weight: 1, arbitrary: spentAndGone },
  { weight: 1, arbitrary: troubled },
  { weight: 1, arbitrary: thereAndBack },
  { weight: 1, arbitrary: twoWays },
);

/** @param maxParts single steps, and stories of some ten steps, of which there is at least a third. */
export function labSteps(maxParts: number): fc.Arbitrary<readonly LabStep[]> {
  return fc
    .array(part, { minLength: Math.ceil(maxParts / 3), maxLength: maxParts, size: 'max' })
    .map((parts) => parts.flat());
}
