/**
 * Applies to the model what the workers of an engine do: each command that the store has executed, in the order of the
 * commits, and whether the model expects its outcome.
 */
import type { InputOf, ReplyOf } from '../../src/command/registry.ts';
import type { Outcome } from '../../src/store/port.ts';
import { type Destination, type Model, tagOf } from './model.ts';
import { assets, destinationAddress, names, terms } from './model-world.ts';
import { agreesObserved } from './step-plans.ts';

export class FollowedCommands {
  readonly #model: Model;
  /** The transactions of each withdrawal, in the order of its attempts. */
  readonly #txIds = new Map<string, string[]>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** @returns whether the model expects the outcome. Commands that concern no money have any. */
  agrees(name: string, input: unknown, outcome: Outcome): boolean {
    const follow = (this.#follow as Readonly<Record<string, Follow<unknown, unknown>>>)[name];
    // One that was not done may be done later.
    if (follow === undefined || 'fault' in outcome) return true;
    return follow(input, 'done' in outcome ? outcome.done : undefined) === 'done' in outcome;
  }

  readonly #follow: { readonly [N in FollowedName]: Follow<InputOf<N>, ReplyOf<N>> } = {
    observeDeposit: ({ network, txId, outputIndex, address, addressTag, asset, amount }, reply) =>
      agreesObserved(
        this.#model,
        {
          asset,
          to: destinationOf(address, addressTag, asset),
          tag: addressTag,
          units: amount,
          output: `${network} ${txId} ${outputIndex}`,
        },
        reply,
      ),
    confirmDeposit: ({ id, confirmations, blockHeight }) =>
      this.#model.confirmDeposit(this.#deposit(id), confirmations, blockHeight),
    reorganiseDeposit: ({ id, waits }) => this.#model.loseDeposit(this.#deposit(id), waits),
    claimWithdrawal: ({ withdrawal, previousId, transaction }, reply) => {
      const previous = previousId === undefined ? undefined : this.#withdrawal(previousId);
      const expected = this.#model.broadcast(this.#withdrawal(withdrawal.id), previous);
      if (expected === 'broadcast') this.#txIds.set(withdrawal.id, [transaction?.txId ?? '']);
      return expected !== undefined && (reply === undefined || reply === expected);
    },
    settleInside: ({ id }, reply) => {
      const expected = this.#model.settleInside(this.#withdrawal(id));
      return expected !== undefined && (reply === undefined || reply === expected);
    },
    settleWithdrawal: (input) => {
      const row = this.#withdrawal(input.id);
      if (!input.confirmed) return this.#model.drop(row, input.failedAttempts);
      const { txId } = input;
      const index = this.#txIds.get(input.id)?.indexOf(txId ?? '') ?? -1;
      return this.#model.settle(row, txId === undefined ? undefined : index + 1);
    },
    failWithdrawal: ({ id }) => this.#model.fail(this.#withdrawal(id)),
    revokeWithdrawalFailure: ({ id }) => this.#model.revokeFailure(this.#withdrawal(id)),
    addWithdrawalAttempt: ({ id, attempt, transaction }) => {
      const isAdded = this.#model.resend(this.#withdrawal(id), attempt);
      if (isAdded) this.#txIds.get(id)?.push(transaction.txId);
      return isAdded;
    },
  };

  #deposit(id: string) {
    return this.#model.deposits.find((row) => row.id === id);
  }

  #withdrawal(id: string) {
    return this.#model.withdrawals.find((row) => row.id === id);
  }
}

type FollowedName =
  | 'observeDeposit'
  | 'confirmDeposit'
  | 'reorganiseDeposit'
  | 'claimWithdrawal'
  | 'settleInside'
  | 'settleWithdrawal'
  | 'failWithdrawal'
  | 'revokeWithdrawalFailure'
  | 'addWithdrawalAttempt';

/** @returns whether the model expects the command to succeed with this reply; undefined: it was rejected. */
type Follow<I, R> = (input: I, reply: R | undefined) => boolean;

/** Of every address that the steps use. */
function destinationOf(address: string, tag: string, asset: string): Destination {
  const { network } = terms[asset]!;
  const account = names.findIndex((_, who) => destinationAddress({ account: who, asset }) === address);
  if (account >= 0) return { account, asset: assets.find((each) => terms[each]!.network === network)! };
  const assigned = [0, 1, 2].find((number) => destinationAddress({ assigned: number, tag }) === address);
  if (assigned === undefined) throw new Error(`nobody has the address ${address}`);
  // A tag that nobody has leads to nobody.
  return { assigned, tag: tagOf({ assigned, tag }) };
}
