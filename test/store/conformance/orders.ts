/** The commands used most by the suite, in the small world of the property tests. */
import { commands } from '../../../src/command/registry.ts';
import type { Execution } from '../../../src/store/port.ts';
import { amountOf, emailOf } from '../../property/model-world.ts';
import { operator } from '../../support/world-plan.ts';

export function adjust(who: number, units: bigint, asset = 'BTC'): Execution {
  const input = { operator, email: emailOf(who), asset, amount: amountOf(units, asset), direction: 'credit' };
  return { command: commands.adjustBalance, input };
}

export function withdraw(accountId: number, units: bigint, more: object = {}): Execution {
  const input = { accountId, asset: 'BTC', address: 'somewhere', amount: amountOf(units, 'BTC'), ...more };
  return { command: commands.submitWithdrawal, input };
}

export const throwing: Execution = {
  command: {
    name: 'throwing',
    prefetch: [],
    decide: () => {
      throw new Error('a bug of a command');
    },
  },
  input: {},
};
