/** Maps a step to the command to execute and to the outcome that the model expects. */
import { commands } from '../../src/command/registry.ts';
import type { ErrorId } from '../../src/contract/errors.ts';
import type { Command, Execution, Outcome } from '../../src/store/port.ts';
import { decimal, operator } from '../support/world-plan.ts';
import { faultyCommands } from './faulty-commands.ts';
import {
  type Deposit,
  type Destination,
  type Model,
  nobody,
  type Order,
  type TransferOrder,
  tagOf,
  type Wallet,
} from './model.ts';
import { amountOf, assetOf, destinationAddress, emailOf, terms } from './model-world.ts';
import type { Amount, Nth, Step, StepOf } from './steps.ts';

/** A command, and a check of its outcome against the model, which then applies the command too. */
export type Planned = { readonly execution: Execution; readonly agrees: (outcome: Outcome) => boolean };
export type PlanContext = {
  readonly model: Model;
  readonly ids: readonly number[];
  readonly now: () => number;
};

/** `expected` runs once the outcome is known, because in a batch each command sees the effects of earlier ones. */
function plan<I, R>(
  command: Command<I, R, ErrorId>,
  input: I,
  expected: (reply: R | undefined) => boolean,
): Planned {
  return {
    execution: { command, input },
    agrees: (outcome) => expected('done' in outcome ? (outcome.done as R) : undefined) === 'done' in outcome,
  };
}

type Planner<S> = (step: S, context: PlanContext) => Planned;

const planners: { readonly [K in Step['do']]: Planner<StepOf<K>> } = {
  adjust: ({ who, asset, amount, out, backed }, { model }) => {
    const units = unitsOf(amount, model, who, asset);
    const direction = out ? ('debit' as const) : ('credit' as const);
    const input = { operator, email: emailOf(who), asset, amount: amountOf(units, asset), direction, backed };
    return plan(commands.adjustBalance, input, () => model.book(who, asset, out ? -units : units, backed));
  },
  withdraw: planWithdrawal,
  decide: ({ how, nth }, { model, now }) => {
    const row = chosen(
      model.withdrawals,
      nth,
      ({ stage }) => stage === 'email-sent' || stage === 'awaiting-approval' || stage === 'waiting',
    );
    const id = row?.id ?? 'unknown';
    return plan(commands[`${how}Withdrawal`], { id, operator }, () => model.decide(row, how, now()));
  },
  broadcast: ({ nth }, { model, ids }) => {
    const row = chosen(model.withdrawals, nth, ({ stage }) => stage === 'queued' || stage === 'waiting');
    const id = row?.id ?? 'unknown';
    const transaction = transactionOf(id, 1);
    const line = model.lineOf(row?.asset ?? '');
    const previous = row && line[line.indexOf(row) - 1];
    const asset = row?.asset ?? 'BTC';
    const withdrawal = {
      id,
      accountId: row?.who === nobody ? 0 : ids[row?.who ?? 0]!,
      asset,
      network: terms[asset]!.network,
      address: destinationAddress(row?.to ?? 'outside'),
      addressTag: tagOf(row?.to ?? 'outside'),
    };
    const input = { withdrawal, previousId: previous?.id, transaction };
    return plan(commands.claimWithdrawal, input, (reply) => {
      const expected = model.broadcast(row, previous);
      return expected !== undefined && (reply === undefined || reply === expected);
    });
  },
  settleInside: ({ nth }, { model }) => {
    const row = chosen(model.withdrawals, nth, ({ stage }) => stage === 'queued' || stage === 'waiting');
    return plan(commands.settleInside, { id: row?.id ?? 'unknown' }, (reply) => {
      const expected = model.settleInside(row);
      return expected !== undefined && (reply === undefined || reply === expected);
    });
  },
  settle: ({ nth, attempt }, { model }) => {
    const row = chosen(model.withdrawals, nth, ({ stage }) => stage === 'broadcast');
    const id = row?.id ?? 'unknown';
    const input = {
      id,
      confirmed: true,
      ...(attempt !== undefined && { txId: txIdOf(id, attempt) }),
    } as const;
    return plan(commands.settleWithdrawal, input, () => model.settle(row, attempt));
  },
  fail: ({ nth }, { model }) => {
    const row = chosen(model.withdrawals, nth, ({ stage }) => stage === 'queued' || stage === 'broadcast');
    return plan(commands.failWithdrawal, { id: row?.id ?? 'unknown', operator }, () => model.fail(row));
  },
  revokeFailure: ({ nth }, { model }) => {
    const row = chosen(model.withdrawals, nth, ({ failing }) => failing);
    const input = { id: row?.id ?? 'unknown' };
    return plan(commands.revokeWithdrawalFailure, input, () => model.revokeFailure(row));
  },
  drop: ({ nth, failedAttempts }, { model }) => {
    const row = chosen(model.withdrawals, nth, ({ stage }) => stage === 'broadcast');
    const result = { confirmed: false, failedAttempts, failure: 'dropped' } as const;
    const input = { id: row?.id ?? 'unknown', ...result };
    return plan(commands.settleWithdrawal, input, () => model.drop(row, failedAttempts));
  },
  resend: ({ nth, skip }, { model }) => {
    const row = chosen(model.withdrawals, nth, ({ stage }) => stage === 'broadcast');
    const id = row?.id ?? 'unknown';
    const attempt = (row?.attempts ?? 1) + 1 + skip;
    const input = { id, attempt, transaction: transactionOf(id, attempt), operator };
    return plan(commands.addWithdrawalAttempt, input, () => model.resend(row, attempt));
  },
  observe: planObservation,
  confirmDeposit: ({ nth, depth, block }, { model }) => {
    const row = chosen(model.deposits, nth, ({ stage }) => stage !== 'completed');
    const id = depositIdOf(row);
    const input = { id, confirmations: depth, blockHeight: block };
    return plan(commands.confirmDeposit, input, () =>
      id === 'unknown' ? false : model.confirmDeposit(row, depth, block),
    );
  },
  loseDeposit: ({ nth, waits }, { model }) => {
    const row = chosen(model.deposits, nth, ({ block }) => block !== null);
    const id = depositIdOf(row);
    return plan(commands.reorganiseDeposit, { id, waits }, () =>
      id === 'unknown' ? false : model.loseDeposit(row, waits),
    );
  },
  reverse: ({ nth }, { model }) => {
    const row = chosen(model.deposits, nth, ({ lost }) => lost);
    return plan(commands.reverseDeposit, { operator, id: depositIdOf(row) }, () =>
      depositIdOf(row) === 'unknown' ? false : model.reverse(row),
    );
  },
  attribute: ({ nth, who: account }, { model }) => {
    const row = chosen(model.deposits, nth, ({ who, stage }) => who === nobody || stage === 'below-minimum');
    const input = { operator, id: depositIdOf(row), email: emailOf(account) };
    return plan(commands.assignDeposit, input, () => model.attribute(row, account));
  },
  giveBack: ({ nth }, { model, now }) => {
    const row = chosen(model.deposits, nth, ({ stage }) => stage === 'unattributed');
    const input = { operator, id: depositIdOf(row), address: destinationAddress('outside') };
    return plan(commands.returnDeposit, input, (reply) => {
      if (row === undefined || !model.mayGiveBack(row)) return false;
      model.giveBack(row, reply?.withdrawalId ?? '', now());
      return true;
    });
  },
  transfer: planTransfer,
  transferBetweenWallets: ({ who: account, asset, from, amount }, { model, ids }) => {
    const units = unitsOf(amount, model, account, asset, from);
    const input = { accountId: ids[account]!, from, asset, amount: amountOf(units, asset) };
    return plan(commands.transferBetweenWallets, input, (reply) => {
      const may = model.transferBetweenWallets(account, asset, from, units);
      if (may) model.walletTransfers.push({ who: account, tranId: reply?.tranId ?? 0, from, asset, units });
      return may;
    });
  },
  dust: ({ who: account, codes }, { model, ids }) =>
    plan(commands.convertDustAssets, { accountId: ids[account]!, assets: codes }, (reply) => {
      const lines = model.convertDust(account, codes);
      if (lines !== null) model.conversions.push({ who: account, tranId: reply?.tranId ?? 0, lines });
      return lines !== null;
    }),
  dividend: ({ asset: code, holdersOf, amount: units }, { model }) =>
    plan(
      commands.distributeDividend,
      { operator, asset: code, holdersOf, total: amountOf(units, code), info: 'a dividend' },
      (reply) => {
        const parts = model.distribute(code, holdersOf, units);
        for (const part of parts ?? [])
          model.payments.push({ ...part, tranId: reply?.tranId ?? 0, asset: code });
        return parts !== null;
      },
    ),
  switch: ({ who: account, enabled, email, whitelistOnly, quota, country }, { model }) => {
    const withdrawConfirmation = email ? ('email' as const) : ('none' as const);
    const withdrawQuotaUsd = quota === null ? null : decimal(`${quota}e-6`);
    const input = {
      operator,
      email: emailOf(account),
      enabled,
      withdrawConfirmation,
      whitelistOnly,
      withdrawQuotaUsd,
      travelRuleCountry: country,
    };
    return plan(commands.updateAccount, input, () => {
      model.enabled[account] = enabled;
      model.confirmsByEmail[account] = email;
      model.whitelistOnly[account] = whitelistOnly;
      model.quotas[account] = quota;
      model.countries[account] = country;
      return true;
    });
  },
  note: ({ who: account, asset: code, to, how }, { model, now }) => {
    const address = destinationAddress(to);
    const place = { asset: code, network: terms[code]!.network, address, addressTag: tagOf(to) };
    const input = { ...place, operator, email: emailOf(account) };
    const expected = () => model.note(account, code, to, how, now());
    if (how === 'delete') return plan(commands.deleteAddressBookEntry, input, expected);
    const entry = { ...input, name: '', originType: 'others', origin: '', whitelisted: how === 'whitelist' };
    return plan(commands.putAddressBookEntry, entry, expected);
  },
  delay: ({ hours }, { model }) => {
    const settings = { whitelistDelayHours: hours };
    return plan(commands.putSettings, { operator, settings }, () => {
      model.whitelistDelayHours = hours;
      return true;
    });
  },
  open: ({ asset: code, open }, { model }) => {
    return plan(commands.putAsset, { operator, asset: assetOf(code, open) }, () => {
      model.open[code] = open;
      return true;
    });
  },
  maintain: ({ on }, { model }) => {
    const settings = { systemStatus: { status: on ? (1 as const) : (0 as const) } };
    return plan(commands.putSettings, { operator, settings }, () => {
      model.maintenance = on;
      return true;
    });
  },
  assign: ({ who: account, asset: code, assigned, tag }, { model }) => {
    const { network } = terms[code]!;
    const address = destinationAddress({ assigned, tag });
    const input = { operator, email: emailOf(account), asset: code, network, address, addressTag: tag };
    return plan(commands.assignDepositAddress, input, () => model.assign(account, code, assigned, tag));
  },
  // A network's address rules cannot change, because every network has addresses.
  redefine: ({ asset: code, change }) => {
    const { network } = terms[code]!;
    return plan(commands.changeNetwork, { operator, network, change }, () => false);
  },
  removeNetwork: ({ asset: code }) => {
    const change = { networks: [{ network: terms[code]!.network, remove: true }, ...anotherNetwork] };
    return plan(commands.changeAsset, { operator, asset: code, change }, () => false);
  },
  faulty: ({ kind }, { ids }) => ({
    execution: { command: faultyCommands.get(kind)!, input: ids[0] },
    agrees: (outcome) => 'fault' in outcome && outcome.fault === 'bug',
  }),
};

const anotherNetwork = [{ network: 'NET3', addressFormat: 'opaque' }] as const;

export function planStep(given: Step, context: PlanContext): Planned {
  return (planners[given.do] as Planner<Step>)(given, context);
}

const questionnaires = { right: { isAddressOwner: 1, sendTo: 1 }, wrong: { isAddressOwner: 3 } };

function planWithdrawal(given: StepOf<'withdraw'>, { model, ids, now }: PlanContext): Planned {
  const { who: account, asset: code, to, orderId, windowMs, wallet, feeTo, answers } = given;
  const units = unitsOf(given.units, model, account, code, wallet);
  const order = { who: account, asset: code, units, to, orderId, wallet, feeTo, answers };
  const input = {
    accountId: ids[account]!,
    asset: code,
    address: destinationAddress(to),
    ...(tagOf(to) !== '' && { addressTag: tagOf(to) }),
    amount: amountOf(units, code),
    orderId,
    wallet,
    feeTo,
    questionnaire: answers && questionnaires[answers],
  };
  const notAfterMs = windowMs === undefined ? undefined : now() + windowMs;
  return {
    execution: { command: commands.submitWithdrawal, input, notAfterMs },
    agrees: (outcome) => {
      // The clock advances while the store works: a window may close before the commit, and then nothing is done.
      const late = 'rejected' in outcome && outcome.rejected === 'deadline-passed';
      if (late) return windowMs !== undefined;
      if (!('done' in outcome) && !('rejected' in outcome)) return false;
      const reply = 'done' in outcome ? (outcome.done as { readonly id: string }) : undefined;
      const before = model.withdrawals.length;
      const may = agreesWithdrawn(model, order, now(), reply);
      const isNew = model.withdrawals.length > before;
      return may === (reply !== undefined) && (!isNew || windowMs !== -1);
    },
  };
}

/** Applies a withdrawal to the model. @returns whether the model allows it; false if it expects another reply */
export function agreesWithdrawn(
  model: Model,
  order: Order,
  nowMs: number,
  reply: { readonly id: string } | undefined,
): boolean {
  const may = model.mayWithdraw(order, nowMs);
  if (reply === undefined) return may !== false;
  if (may === true) model.withdraw(order, reply.id, nowMs);
  else if (may === reply.id) model.answer(reply.id, order.answers);
  return may === true || may === reply.id;
}

/** Applies a transfer to the model. @returns as `agreesWithdrawn` */
export function agreesTransferred(
  model: Model,
  order: TransferOrder,
  reply: { readonly tranId: number } | undefined,
): boolean {
  const may = model.mayTransfer(order);
  if (may === true) model.transfer(order, reply?.tranId ?? 0);
  return may === true || (may !== false && (reply === undefined || reply.tranId === may));
}

function planTransfer(given: StepOf<'transfer'>, { model, ids }: PlanContext): Planned {
  const { master, from, to, asset, amount, bySender, clientId } = given;
  const units = unitsOf(amount, model, from, asset);
  const order = { master, orderer: bySender ? from : master, from, to, asset, units, clientId };
  const input = {
    masterId: ids[master]!,
    subAccountId: bySender ? ids[from]! : undefined,
    fromEmail: emailOf(from),
    toEmail: emailOf(to),
    asset,
    amount: amountOf(units, asset),
  };
  const expected = (reply: { readonly tranId: number } | undefined) => agreesTransferred(model, order, reply);
  return clientId === undefined
    ? plan(commands.transferBetweenAccounts, input, expected)
    : plan(commands.transferOnce, { ...input, clientId }, expected);
}

function planObservation(given: StepOf<'observe'>, { model }: PlanContext): Planned {
  const { asset: code, tx, index, amount: units, lost } = given;
  const observed = units === 0n ? 1n : units;
  const { network } = terms[code]!;
  // An account's address on the network of the asset.
  const to = 'assigned' in given.to ? given.to : { ...given.to, asset: code };
  const [address, tag] = [destinationAddress(to), lost ? 'lost' : tagOf(to)];
  const output = `${network} ${tx} ${index}`;
  const input = {
    network,
    txId: `in-${tx}`,
    outputIndex: index,
    address,
    addressGroup: network,
    addressKey: address,
    addressTag: tag,
    asset: code,
    amount: observed,
    remainder: '0',
  };
  return plan(commands.observeDeposit, input, (reply) =>
    agreesObserved(model, { asset: code, to, tag, units: observed, output }, reply),
  );
}

type Observed = {
  readonly asset: string;
  readonly to: Destination;
  readonly tag: string;
  readonly units: bigint;
  /** Network, transaction and index. */
  readonly output: string;
};

/** Applies an observed output to the model. @returns whether the model expects the reply; undefined: a rejection. */
export function agreesObserved(
  model: Model,
  { asset, to, tag, units, output }: Observed,
  reply: { readonly id: string; readonly seenBefore: boolean } | undefined,
): boolean {
  const known = model.deposits.find((row) => row.output === output && row.asset === asset);
  if (known !== undefined) {
    if (destinationAddress(known.to) !== destinationAddress(to) || known.units !== units) return false;
    if (known.tag !== tag) return false;
    model.observeAgain(known);
    return reply?.id === known.id && reply.seenBefore;
  }
  model.observe(asset, to, tag, units, output).id = reply?.id ?? '';
  return reply?.seenBefore === false;
}

const txIdOf = (id: string, attempt: number) => `out-${id}-${attempt}`;

function transactionOf(id: string, attempt: number) {
  return { txId: txIdOf(id, attempt), signedTransaction: `signed-${id}-${attempt}` };
}

/** An internal deposit has no id in the model, because it is free already. */
function depositIdOf(row: Deposit | undefined): string {
  return row === undefined || row.id === 'internal' ? 'unknown' : row.id;
}

/** In a batch, `all` is the free amount before the batch. */
function unitsOf(amount: Amount, model: Model, who: number, asset: string, wallet?: Wallet): bigint {
  if (typeof amount === 'bigint') return amount;
  return model.of('free', who, asset, wallet) + (amount === 'all' ? 0n : 1n);
}

function chosen<T>(rows: readonly T[], { index, fit }: Nth, fits: (row: T) => boolean): T | undefined {
  const among = fit ? rows.filter(fits) : rows;
  return among.at(index % among.length);
}
