/** The balances and settings of the model's accounts before the random steps. */
import { assets } from './model-world.ts';
import type { Step } from './steps.ts';

/** A quota that two withdrawals of BTC may exceed. */
const openingQuota: Step = {
  do: 'switch',
  who: 1,
  enabled: true,
  email: false,
  whitelistOnly: false,
  quota: 100_000n,
  country: 'NIL',
};

/** Everybody but the stranger starts with some balances; custody covers little of them. */
const openingMoney: readonly Step[] = [0, 1, 2].flatMap((who) =>
  assets.flatMap((asset) =>
    [20_000n, 300n].map((amount) => ({
      do: 'adjust' as const,
      who,
      asset,
      amount,
      out: false,
      backed: amount === 300n,
    })),
  ),
);

/** A part of it is in the Funding wallet. */
const movedToFunding: readonly Step[] = [0, 1, 2].flatMap((who) =>
  assets.map((asset) => ({
    do: 'transferBetweenWallets' as const,
    who,
    asset,
    from: 'spot' as const,
    amount: 5_000n,
  })),
);

export const openingSteps: readonly Step[] = [...openingMoney, ...movedToFunding, openingQuota];
