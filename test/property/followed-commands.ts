/**
 * Applies the work of an engine to the model: each command that the store has executed, in the order of the
 * commits, and whether the model expects its outcome.
 */
import type { InputOf, ReplyOf } from '../../src/command/registry.ts';
import { type Decimal, splitUnits } from '../../src/contract/decimal.ts';
import type { Outcome } from '../../src/store/port.ts';
import { type Answers, type Destination, type Model, tagOf } from './model.ts';
import { assets, destinationAddress, emailOf, names, terms } from './model-world.ts';
import { agreesObserved, agreesTransferred, agreesWithdrawn } from './step-plans.ts';

export class FollowedCommands {
  readonly #model: Model;
  readonly #parts: FollowParts;
  /** The transactions of each withdrawal, in the order of its attempts. */
  readonly #txIds = new Map<string, string[]>();

  /** @param ids of the accounts; @param now of the world */
  constructor(model: Model, parts: FollowParts) {
    this.#model = model;
    this.#parts = parts;
  }

  /** A copy for a fork or a snapshot of the world. @param model a copy too */
  copy(model: Model, parts: FollowParts): FollowedCommands {
    const copy = new FollowedCommands(model, parts);
    for (const [id, txIds] of this.#txIds) copy.#txIds.set(id, [...txIds]);
    return copy;
  }

  /** @returns whether the model expects the outcome. Commands that concern no money have any. */
  agrees(name: string, input: unknown, outcome: Outcome): boolean {
    const follow = (this.#follow as Readonly<Record<string, Follow<unknown, unknown>>>)[name];
    // One that was not done may be done later.
    if (follow === undefined || 'fault' in outcome) return true;
    return follow(input, 'done' in outcome ? outcome.done : undefined) === 'done' in outcome;
  }

  #who(accountId: number): number {
    const who = this.#parts.ids().indexOf(accountId);
    if (who < 0) throw new Error(`there is no account ${accountId}`);
    return who;
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
    submitWithdrawal: (input, reply) => {
      const { asset, wallet = 'spot', feeTo, orderId, questionnaire } = input;
      const units = unitsOf(input.amount, asset);
      if (units === undefined) return false;
      const to = destinationOf(input.address, input.addressTag ?? '', asset);
      const answers: Answers = questionnaire && (questionnaire.isAddressOwner === 1 ? 'right' : 'wrong');
      const order = { who: this.#who(input.accountId), asset, units, to, orderId, wallet, feeTo, answers };
      return agreesWithdrawn(this.#model, order, this.#parts.now(), reply);
    },
    transferBetweenWallets: ({ accountId, from, asset, amount }, reply) => {
      const units = unitsOf(amount, asset);
      const who = this.#who(accountId);
      if (units === undefined || !this.#model.transferBetweenWallets(who, asset, from, units)) return false;
      this.#model.walletTransfers.push({ who, tranId: reply?.tranId ?? 0, from, asset, units });
      return true;
    },
    transferOnce: (input, reply) => {
      const units = unitsOf(input.amount, input.asset);
      if (units === undefined) return false;
      const master = this.#who(input.masterId);
      const whose = (email: string | undefined) => (email === undefined ? master : whoOf(email));
      const { asset, clientId } = input;
      const [from, to] = [whose(input.fromEmail), whose(input.toEmail)];
      const order = { master, orderer: master, from, to, asset, units, clientId };
      return agreesTransferred(this.#model, order, reply);
    },
    convertDustAssets: ({ accountId, assets: codes }, reply) => {
      const who = this.#who(accountId);
      const lines = this.#model.convertDust(who, codes);
      if (lines !== null) this.#model.conversions.push({ who, tranId: reply?.tranId ?? 0, lines });
      return lines !== null;
    },
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

type FollowParts = { readonly ids: () => readonly number[]; readonly now: () => number };

type FollowedName =
  | 'submitWithdrawal'
  | 'transferBetweenWallets'
  | 'transferOnce'
  | 'convertDustAssets'
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

/** undefined: more decimals than the asset has. */
function unitsOf(amount: Decimal, asset: string): bigint | undefined {
  const { units, remainder } = splitUnits(amount, Number(terms[asset]!.scale));
  return remainder.coefficient === 0n ? units : undefined;
}

const whoOf = (email: string) => names.findIndex((_, who) => emailOf(who) === email);

/** The destination for every address that the steps use. */
function destinationOf(address: string, tag: string, asset: string): Destination {
  if (address === destinationAddress('outside')) return 'outside';
  const { network } = terms[asset]!;
  const account = names.findIndex((_, who) => destinationAddress({ account: who, asset }) === address);
  if (account >= 0) return { account, asset: assets.find((each) => terms[each]!.network === network)! };
  const assigned = [0, 1, 2].find((number) => destinationAddress({ assigned: number, tag }) === address);
  if (assigned === undefined) throw new Error(`nobody has the address ${address}`);
  // A tag that nobody has leads to nobody.
  return { assigned, tag: tagOf({ assigned, tag }) };
}
