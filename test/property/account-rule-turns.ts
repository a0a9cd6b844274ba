/**
 * Turns that reach the rules of an account: a daily quota over several withdrawals, and a rule that changes between a
 * withdrawal and its confirmation or approval; and what an account owes. Independent random steps seldom do.
 */
import fc from 'fast-check';
import type { Destination, RuleCheck } from './model.ts';
import type { Step, StepOf, Turn } from './steps.ts';

type Switch = StepOf<'switch'>;
type Rules = Partial<Pick<Switch, 'whitelistOnly' | 'quota' | 'country'>>;
type Decision = 'confirm' | 'approve';

const who = fc.constantFrom(0, 1, 2, 3);
const destination = fc.constantFrom<Destination[]>('outside', 'outside', { account: 2, asset: 'BTC' });
const decision = fc.constantFrom<Decision[]>('confirm', 'approve');
const newest = { index: -1, fit: true };
const alone = (step: Step): Turn => ({ batch: [step] });

function switched(account: number, rules: Rules, email = false): Switch {
  const none = { whitelistOnly: false, quota: null, country: 'NIL' } as const;
  return { do: 'switch', who: account, enabled: true, email, ...none, ...rules };
}

function withdrawn(account: number, asset: string, units: bigint, more: Partial<StepOf<'withdraw'>>): Step {
  const usual = { wallet: 'spot', to: 'outside', orderId: undefined, windowMs: undefined } as const;
  return {
    do: 'withdraw',
    who: account,
    asset,
    units,
    ...usual,
    feeTo: undefined,
    answers: undefined,
    ...more,
  };
}

function credited(account: number, asset: string): Step {
  return { do: 'adjust', who: account, asset, amount: 20_000n, out: false, backed: false };
}

const order = fc.oneof(
  fc.record({ asset: fc.constant('BTC'), units: fc.constantFrom(50n, 75n, 100n, 125n) }),
  fc.record({ asset: fc.constant('BNB'), units: fc.constantFrom(5_000n, 7_500n, 12_500n, 12_501n) }),
);
/** Within the quota. */
const firstOrders = [
  { asset: 'BTC', units: 50n },
  { asset: 'BNB', units: 5_000n },
  { asset: 'BTC', units: 50n },
];

/**
 * A quota of 250 units of BTC or 25,000 of BNB; some of the sums are exactly that.
 * @param between happens once, after one of the first withdrawals.
 */
const severalWithdrawals = (between: readonly Turn[]) =>
  fc
    .record({
      account: who,
      email: fc.boolean(),
      orders: fc.array(order, { minLength: 4, maxLength: 6 }),
      pause: fc.nat({ max: 6 }),
    })
    .map(({ account, email, orders, pause }): readonly Turn[] => [
      // Withdrawals of earlier turns do not count any more.
      { hours: 25 },
      alone(credited(account, 'BTC')),
      { batch: [credited(account, 'BNB'), credited(account, 'BNB'), credited(account, 'BNB')] },
      alone(switched(account, { quota: 100_000n }, email)),
      ...[...firstOrders, ...orders].flatMap(({ asset, units }, index) => [
        ...(index === pause ? between : []),
        alone(withdrawn(account, asset, units, {})),
      ]),
    ]);

const overTheQuota = severalWithdrawals([{ hours: 7 }]);
const onTwoDays = severalWithdrawals([{ hours: 25 }]);
const withCancellation = severalWithdrawals([alone({ do: 'decide', how: 'cancel', nth: newest })]);

type RuleChange = {
  /** At the time of the withdrawal. */
  readonly before: Rules;
  readonly answers?: 'right' | 'wrong';
  readonly change: (account: number, to: Destination, email: boolean) => Step;
};

const becomes =
  (rules: Rules): RuleChange['change'] =>
  (account, _to, email) =>
    switched(account, rules, email);
const noted =
  (how: StepOf<'note'>['how']): RuleChange['change'] =>
  (account, to) => ({ do: 'note', who: account, asset: 'BTC', to, how });

const ruleChanges: readonly RuleChange[] = [
  { before: { whitelistOnly: true }, change: noted('delete') },
  { before: { whitelistOnly: true }, change: noted('note') },
  { before: { whitelistOnly: true }, change: () => ({ do: 'delay', hours: 6 }) },
  { before: { whitelistOnly: true }, change: noted('whitelist') },
  { before: {}, change: becomes({ whitelistOnly: true }) },
  { before: {}, change: becomes({ quota: 300n }) },
  { before: { quota: 10_000_000n }, change: becomes({ quota: 1_500n }) },
  { before: { quota: 1_000_000n }, change: becomes({ quota: 10_000_000n }) },
  // Enough for the withdrawal, but not twice.
  { before: { quota: 300_000n }, change: noted('note') },
  { before: {}, change: becomes({ country: 'AE' }) },
  { before: {}, change: becomes({ country: 'KZ' }) },
  { before: { country: 'KZ' }, answers: 'wrong', change: becomes({ country: 'AE' }) },
  { before: { country: 'AE' }, answers: 'right', change: becomes({ country: 'KZ' }) },
];

/** The rule changes after the withdrawal, and may change back later; then it is decided again. */
const changedRule = ({ before, answers, change }: RuleChange, how: Decision) =>
  fc
    .record({
      account: who,
      to: destination,
      units: fc.constantFrom(405n, 450n, 600n),
      /** Whether the address book has the destination, which some rules need. */
      listed: fc.boolean().map((listed) => listed || before.whitelistOnly === true),
      together: fc.boolean(),
      hours: fc.constantFrom(0, 0, 7),
    })
    .map(({ account, to, units, listed, together, hours }): readonly Turn[] => {
      const email = how === 'confirm';
      const decide: Step = { do: 'decide', how, nth: newest };
      const changed = change(account, to, email);
      return [
        { hours: 25 },
        { batch: [credited(account, 'BTC'), { do: 'delay', hours: 0 }] },
        alone({ do: 'note', who: account, asset: 'BTC', to, how: 'delete' }),
        ...(listed ? [alone({ do: 'note', who: account, asset: 'BTC', to, how: 'whitelist' })] : []),
        alone(switched(account, before, email)),
        alone(withdrawn(account, 'BTC', units, { to, answers })),
        ...(together ? [{ batch: [changed, decide] }] : [alone(changed), alone(decide)]),
        ...(hours > 0 ? [{ hours }] : []),
        alone(switched(account, {}, email)),
        alone(decide),
      ];
    });

/** Refused for each rule when a withdrawal is submitted. */
const refusedSubmission = fc
  .record({ account: who, to: destination, answers: fc.constantFrom(undefined, 'right', 'wrong') })
  .map(({ account, to, answers }): readonly Turn[] => [
    { batch: [credited(account, 'BTC'), { do: 'delay', hours: 0 }] },
    alone({ do: 'note', who: account, asset: 'BTC', to, how: 'whitelist' }),
    ...(['AE', 'KZ'] as const).flatMap((country) => [
      alone(switched(account, { country })),
      alone(withdrawn(account, 'BTC', 50n, { to, answers })),
      alone(withdrawn(account, 'BTC', 50n, { to })),
      alone(withdrawn(account, 'BTC', 50n, { to, answers: 'right' })),
    ]),
    alone(switched(account, { whitelistOnly: true })),
    alone(withdrawn(account, 'BTC', 50n, { to })),
    alone({ do: 'note', who: account, asset: 'BTC', to, how: 'delete' }),
    alone(withdrawn(account, 'BTC', 50n, { to })),
  ]);

const newestDeposit = { index: -1, fit: true };
const depth = 4;

/** A deposit is spent and then forgotten by its chain; later credits pay the debt, and the deposit returns at last. */
const spentAndForgotten = fc
  .record({
    account: fc.constantFrom(0, 1, 2),
    asset: fc.constantFrom('BTC', 'XRP', 'BNB'),
    units: fc.constantFrom(400n, 500n),
    left: fc.constantFrom(0n, 100n),
    index: fc.integer({ min: 3, max: 1_000_000 }),
    comesBack: fc.boolean(),
  })
  .map(({ account, asset, units, left, index, comesBack }): readonly Turn[] => {
    const of = { who: account, asset } as const;
    const book = (more: Pick<StepOf<'adjust'>, 'amount' | 'out'>): Step => ({
      ...{ do: 'adjust', ...of, backed: false },
      ...more,
    });
    const to = { account, asset };
    const observed: Step = { do: 'observe', to, asset, tx: 3, index, amount: units, lost: false };
    const confirmed: Step = { do: 'confirmDeposit', nth: newestDeposit, depth, block: 1 };
    const withdrawal = alone(withdrawn(account, asset, 50n, {}));
    return [
      // Custody covers it.
      alone({ do: 'adjust', who: 3, asset, amount: 5_000n, out: false, backed: true }),
      alone({ do: 'transferBetweenWallets', ...of, from: 'funding', amount: 'all' }),
      alone(observed),
      alone(confirmed),
      alone(book({ amount: 'all', out: true })),
      alone(book({ amount: left, out: false })),
      alone({ do: 'loseDeposit', nth: newestDeposit, waits: false }),
      withdrawal,
      alone(book({ amount: 50n, out: false })),
      alone({ do: 'adjust', who: 3, asset, amount: 100n, out: false, backed: false }),
      alone({ do: 'dividend', asset, holdersOf: asset, amount: 60n }),
      ...(comesBack ? [alone(observed), alone(confirmed)] : []),
      { batch: [book({ amount: 450n, out: false }), book({ amount: 50n, out: true })] },
      withdrawal,
    ];
  });

const anyChange = fc
  .tuple(fc.constantFrom(...ruleChanges), decision)
  .chain(([change, how]) => changedRule(change, how));

/** A few turns that reach a rule. */
export const ruleTurns: fc.Arbitrary<readonly Turn[]> = fc.oneof(
  overTheQuota,
  onTwoDays,
  withCancellation,
  anyChange,
  anyChange,
  anyChange,
  refusedSubmission,
  spentAndForgotten,
  spentAndForgotten,
);

const everyKind = [
  overTheQuota,
  onTwoDays,
  withCancellation,
  refusedSubmission,
  spentAndForgotten,
  ...ruleChanges.flatMap((change) => [changedRule(change, 'confirm'), changedRule(change, 'approve')]),
];

/** Reaches every rule, in any order. */
export const allRuleTurns: fc.Arbitrary<readonly Turn[]> = fc
  .shuffledSubarray(everyKind, { minLength: everyKind.length })
  .chain((kinds) => fc.tuple(...kinds))
  .map((parts) => parts.flat());

const moments = ['submit', 'confirm', 'approve'] as const;
const rules = ['whitelist', 'quota', 'travel rule'] as const;

/** The checks that `allRuleTurns` must reach. */
export const ruleChecks: readonly RuleCheck[] = [
  ...moments.flatMap((moment) =>
    rules.flatMap((rule) => [`${moment}: ${rule} allows`, `${moment}: ${rule} refuses`] as const),
  ),
  'submit: quota allows after several',
  'submit: quota refuses after several',
  'an amount becomes owed',
  'an amount owed is paid in part',
  'an amount owed is paid',
  'submit: an amount owed refuses',
];
