/**
 * The reference model of the exchange, as simple as possible: maps of bigints and ordered lists. It knows nothing of
 * rows, transfers or SQL; each method decides whether the command is allowed, and applies it.
 */
import { smaller } from '../../src/domain/ledger/ledger.ts';
export type AssetTerms = {
  readonly network: string;
  readonly scale: bigint;
  /** Price in thousandths of the reference currency. */
  readonly price: bigint;
  readonly withdrawable: boolean;
  readonly fee: bigint;
  readonly minimum: bigint;
  readonly multiple: bigint;
  readonly maximumPerDay: bigint | null;
  readonly approvalAbove: bigint | null;
  /** The minimum of deposits; smaller ones are not credited. */
  readonly depositMinimum: bigint;
  readonly minConfirm: number;
  readonly unlockConfirm: number;
};

/** An account's initial address on the asset's network, one that an operator assigns later, or an address of nobody. */
export type Destination =
  | { readonly account: number; readonly asset: string }
  | { readonly assigned: number; readonly tag: string }
  | 'outside'
  | 'nonsense';
export type Wallet = 'spot' | 'funding';
/** Whether the answers of a questionnaire meet the rules of AE; undefined: there is none. */
export type Answers = 'right' | 'wrong' | undefined;
export type Order = {
  readonly who: number;
  readonly asset: string;
  /** The wallet that pays. */
  readonly wallet: Wallet;
  readonly units: bigint;
  readonly to: Destination;
  readonly orderId: string | undefined;
  /** The party that gets the fee of a withdrawal within the exchange, instead of the exchange. */
  readonly feeTo: 'recipient' | 'sender' | undefined;
  readonly answers?: Answers;
};
export type Withdrawal = Omit<Order, 'orderId' | 'units'> & {
  orderId: string | undefined;
  /** The amount taken from the wallet: all that was asked for, or less if the sender gets the fee back. */
  units: bigint;
  asked: bigint;
  id: string;
  stage: string;
  waitingFor: string | null;
  fee: bigint;
  at: number;
  /** The number of its transactions; 0 until it is broadcast. */
  attempts: number;
  /** Whether an operator is failing it. */
  failing: boolean;
};
export type Deposit = {
  id: string;
  who: number;
  asset: string;
  units: bigint;
  /** The destination address, including the tag. */
  to: Destination;
  tag: string;
  /** Transaction id and output index. */
  output: string;
  stage: string;
  confirmations: number;
  /** The height of its block, as far as known. */
  block: number | null;
  /** Whether it was reorganised away after it had been credited. */
  lost: boolean;
};
type Conversion = { who: number; tranId: number; lines: readonly string[] };
type DividendPayment = { who: number; tranId: number; asset: string; units: bigint };
type WalletTransfer = { who: number; tranId: number; from: Wallet; asset: string; units: bigint };
export type TransferOrder = {
  readonly master: number;
  /** The master, or the sub-account that sends its own money. */
  readonly orderer: number;
  readonly from: number;
  readonly to: number;
  readonly asset: string;
  readonly units: bigint;
  readonly clientId: string | undefined;
};
type Transfer = TransferOrder & { readonly tranId: number };

/** The owner of deposits whose owner is unknown. */
export const nobody = -1;

/** The tag of the destination; only addresses that operators assigned have one. */
export const tagOf = (to: Destination): string => (typeof to === 'object' && 'assigned' in to ? to.tag : '');

type Moment = 'submit' | 'confirm' | 'approve';
type Verdict = 'allows' | 'refuses';
/** A rule that an operator set for the account, and its outcome; `several`: after earlier withdrawals of the day. */
export type RuleCheck =
  | `${Moment}: ${'whitelist' | 'quota' | 'travel rule'} ${Verdict}`
  | `${Moment}: an amount owed refuses`
  | `an amount ${'becomes owed' | 'owed is paid' | 'owed is paid in part'}`
  | `submit: quota ${Verdict} after several`;

export type BookChange = 'whitelist' | 'note' | 'delete';

const hour = 3_600_000;
const day = 24 * hour;
const unseen = { confirmations: 0, block: null, lost: false };
const refunded = new Set(['cancelled', 'rejected', 'failed']);
const halfUp = (dividend: bigint, divisor: bigint) => (2n * dividend + divisor) / (2n * divisor);

export class Model {
  readonly free = new Map<string, bigint>();
  readonly held = new Map<string, bigint>();
  /** Amounts that accounts owe, because a credit was taken back that they had spent. */
  readonly #owed = new Map<string, bigint>();
  readonly available = new Map<string, bigint>();
  readonly withdrawals: Withdrawal[] = [];
  readonly deposits: Deposit[] = [];
  readonly conversions: Conversion[] = [];
  readonly payments: DividendPayment[] = [];
  readonly transfers: Transfer[] = [];
  readonly walletTransfers: WalletTransfer[] = [];
  readonly enabled = [true, true, true, true];
  readonly confirmsByEmail = [false, false, false, false];
  /** Whether withdrawals go only to whitelisted destinations. */
  readonly whitelistOnly = [false, false, false, false];
  /** The country whose questionnaire withdrawals need: AE checks the answers, KZ does not, NIL needs none. */
  readonly countries: ('AE' | 'KZ' | 'NIL')[] = ['NIL', 'NIL', 'NIL', 'NIL'];
  /** In millionths of a US dollar; null: no quota. */
  readonly quotas: (bigint | null)[] = [null, null, null, null];
  /** Hours after which a whitelisted destination counts as such. */
  whitelistDelayHours = 24;
  /** Whether withdrawals are open, by asset. */
  readonly open: Record<string, boolean>;
  /** Nothing is sent while it is on. */
  maintenance = false;
  /** The number of checks of each rule of an account. */
  readonly checks: Map<RuleCheck, number>;
  /**
   * Owners of the addresses that operators assigned, by network and number, and by tag ('' for the address without a
   * tag).
   */
  readonly #assigned = new Map<string, Map<string, number>>();
  /** The entries of the address books, with the time at which each was whitelisted; null if it is not. */
  readonly #book = new Map<string, number | null>();
  readonly #terms: Readonly<Record<string, AssetTerms>>;
  readonly #masters: readonly (number | null)[];

  constructor(
    terms: Readonly<Record<string, AssetTerms>>,
    masters: readonly (number | null)[],
    checks = new Map<RuleCheck, number>(),
  ) {
    this.#terms = terms;
    this.checks = checks;
    this.open = Object.fromEntries(
      Object.entries(terms).map(([asset, { withdrawable }]) => [asset, withdrawable]),
    );
    this.#masters = masters;
  }

  /** A copy for a fork or a snapshot of its world. Checks are counted together. */
  copy(): Model {
    const copy = new Model(this.#terms, this.#masters, this.checks);
    for (const map of ['free', 'held', 'available'] as const)
      for (const [key, units] of this[map]) copy[map].set(key, units);
    for (const [key, units] of this.#owed) copy.#owed.set(key, units);
    for (const [key, owners] of this.#assigned) copy.#assigned.set(key, new Map(owners));
    for (const [key, since] of this.#book) copy.#book.set(key, since);
    copy.withdrawals.push(...this.withdrawals.map((row) => ({ ...row })));
    copy.deposits.push(...this.deposits.map((row) => ({ ...row })));
    copy.conversions.push(...this.conversions);
    copy.payments.push(...this.payments);
    copy.transfers.push(...this.transfers);
    copy.walletTransfers.push(...this.walletTransfers);
    for (const list of ['enabled', 'confirmsByEmail', 'whitelistOnly', 'countries', 'quotas'] as const)
      Object.assign(copy[list], this[list]);
    const { whitelistDelayHours, open, maintenance } = this;
    Object.assign(copy, { whitelistDelayHours, open: { ...open }, maintenance });
    return copy;
  }

  of(side: 'free' | 'held', who: number, asset: string, wallet: Wallet = 'spot'): bigint {
    return this[side].get(`${who} ${asset} ${wallet}`) ?? 0n;
  }

  owedBy(who: number, asset: string): bigint {
    return this.#owed.get(`${who} ${asset}`) ?? 0n;
  }

  /** An amount that becomes free in the Spot wallet first pays the owed amount. */
  #add(side: 'free' | 'held', who: number, asset: string, change: bigint, wallet: Wallet = 'spot'): void {
    const owed = side === 'free' && wallet === 'spot' ? this.owedBy(who, asset) : 0n;
    const paid = change > 0n ? smaller(change, owed) : 0n;
    if (paid > 0n) {
      this.#owed.set(`${who} ${asset}`, owed - paid);
      this.#count(paid === owed ? 'an amount owed is paid' : 'an amount owed is paid in part');
    }
    this[side].set(`${who} ${asset} ${wallet}`, this.of(side, who, asset, wallet) + change - paid);
  }

  /** Custody of an asset that no broadcast has taken yet. */
  availableOf(asset: string): bigint {
    return this.available.get(asset) ?? 0n;
  }

  #hold(asset: string, change: bigint): void {
    this.available.set(asset, this.availableOf(asset) + change);
  }

  /** An adjustment by an operator; a backed one changes custody too. */
  book(who: number, asset: string, change: bigint, backed: boolean): boolean {
    if (backed && this.availableOf(asset) + change < 0n) return false;
    if (!this.adjust(who, asset, change)) return false;
    if (backed) this.#hold(asset, change);
    return true;
  }

  adjust(who: number, asset: string, change: bigint): boolean {
    if (change === 0n || this.of('free', who, asset) + change < 0n) return false;
    this.#add('free', who, asset, change);
    return true;
  }

  /** @returns the earlier id for a replay, true if the withdrawal is allowed, false if not. */
  mayWithdraw(order: Order, now: number): string | boolean {
    const { who, asset, units, to, orderId, wallet, feeTo, answers } = order;
    const earlier = this.withdrawals.find((each) => each.who === who && each.orderId === orderId);
    if (orderId !== undefined && earlier !== undefined) {
      const isSame =
        earlier.asset === asset &&
        earlier.asked === units &&
        earlier.wallet === wallet &&
        earlier.feeTo === feeTo &&
        this.#textOf(earlier.to) === this.#textOf(to);
      const isNew = answers !== undefined && earlier.answers === undefined;
      if (isSame && isNew && this.#breaksTravelRule({ who, answers })) return false;
      const areOthers = ![undefined, earlier.answers].includes(answers) && earlier.answers !== undefined;
      return isSame && !areOthers ? earlier.id : false;
    }
    const terms = this.#terms[asset]!;
    const { minimum, multiple, fee, maximumPerDay } = terms;
    if (this.#obstacle(order) !== null || to === 'nonsense') return false;
    if (this.#recipientOf(order) === nobody) return false;
    if (this.#breaksRule('submit', order, now)) return false;
    const spent = this.withdrawals
      .filter(
        (each) =>
          each.who === who && each.asset === asset && each.at > now - day && !refunded.has(each.stage),
      )
      .reduce((sum, each) => sum + each.units, units);
    if (maximumPerDay !== null && spent > maximumPerDay) return false;
    return (
      units >= minimum &&
      units % multiple === 0n &&
      units > fee &&
      units <= this.of('free', who, asset, wallet)
    );
  }

  /**
   * The owner of the address on the asset's network; `nobody` if it is this exchange's and its tag has no owner. An
   * address of another network is external: undefined.
   */
  #recipientOf({ asset, to }: Pick<Order, 'asset' | 'to'>): number | undefined {
    if (typeof to !== 'object') return undefined;
    const { network } = this.#terms[asset]!;
    if ('assigned' in to) {
      const owners = this.#assigned.get(`${network} ${to.assigned}`);
      return owners && (owners.get(to.tag) ?? nobody);
    }
    return this.#terms[to.asset]!.network === network ? to.account : undefined;
  }

  /** @param order may be a withdrawal that was submitted before. */
  #breaksRule(moment: Moment, order: Omit<Order, 'orderId'>, now: number): boolean {
    const { who } = order;
    if (this.owedBy(who, order.asset) > 0n) {
      this.#count(`${moment}: an amount owed refuses`);
      return true;
    }
    const rules = [
      ['travel rule', (this.countries[who] ?? 'NIL') !== 'NIL', () => this.#breaksTravelRule(order)],
      ['whitelist', this.whitelistOnly[who] === true, () => !this.#mayGoTo(order, now)],
      ['quota', (this.quotas[who] ?? null) !== null, () => this.#exceedsQuota(order, now)],
    ] as const;
    for (const [rule, applies, breaks] of rules) {
      const verdict = breaks() ? 'refuses' : 'allows';
      if (applies) this.#count(`${moment}: ${rule} ${verdict}`);
      if (applies && moment === 'submit' && rule === 'quota' && this.#ofLastDay(order, now).length > 1)
        this.#count(`submit: quota ${verdict} after several`);
      if (verdict === 'refuses') return true;
    }
    return false;
  }

  #count(check: RuleCheck): void {
    this.checks.set(check, (this.checks.get(check) ?? 0) + 1);
  }

  #mayGoTo({ who, asset, to }: Pick<Order, 'who' | 'asset' | 'to'>, now: number): boolean {
    if (who === nobody || !this.whitelistOnly[who]) return true;
    const since = this.#book.get(this.#entryOf(who, asset, to)) ?? null;
    return since !== null && since + this.whitelistDelayHours * hour <= now;
  }

  #breaksTravelRule({ who, answers }: Pick<Order, 'who' | 'answers'>): boolean {
    const country = this.countries[who] ?? 'NIL';
    return country !== 'NIL' && (answers === undefined || (country === 'AE' && answers === 'wrong'));
  }

  /** @param order may be a withdrawal that was submitted before. */
  #exceedsQuota(order: Pick<Order, 'who' | 'asset' | 'units'>, now: number): boolean {
    const quota = this.quotas[order.who] ?? null;
    if (quota === null) return false;
    const value = [...this.#ofLastDay(order, now), order].reduce((sum, { asset, units }) => {
      const { price, scale } = this.#terms[asset]!;
      return sum + units * price * 10n ** (18n - scale);
    }, 0n);
    // Prices are in thousandths, the quota in millionths.
    return value > quota * 10n ** 15n;
  }

  /** The other withdrawals of the account that count for its quota. */
  #ofLastDay(order: Pick<Order, 'who'>, now: number): readonly Withdrawal[] {
    return this.withdrawals.filter(
      (each) => each !== order && each.who === order.who && each.at > now - day && !refunded.has(each.stage),
    );
  }

  /** Changes the address book. */
  note(who: number, asset: string, to: Destination, how: BookChange, now: number): boolean {
    const entry = this.#entryOf(who, asset, to);
    if (how === 'delete') return this.#book.delete(entry);
    if (to === 'nonsense') return false;
    this.#book.set(entry, how === 'note' ? null : (this.#book.get(entry) ?? now));
    return true;
  }

  #entryOf(who: number, asset: string, to: Destination): string {
    return `${who} ${asset} ${this.#textOf(to)}`;
  }

  #textOf(to: Destination): string {
    if (typeof to !== 'object') return to;
    return 'assigned' in to ? `${to.assigned} ${to.tag}` : `${to.account} ${this.#terms[to.asset]!.network}`;
  }

  /**
   * An address with its tag belongs permanently to the account that it was first assigned to. If an account has the
   * address without a tag, no other account can have a tag of it, and the other way round.
   */
  assign(who: number, asset: string, assigned: number, tag: string): boolean {
    const address = `${this.#terms[asset]!.network} ${assigned}`;
    const owners = this.#assigned.get(address) ?? new Map<string, number>();
    const owner = owners.get(tag);
    if (owner !== undefined) return owner === who;
    if (tag === '' ? owners.size > 0 : (owners.get('') ?? who) !== who) return false;
    this.#assigned.set(address, owners.set(tag, who));
    return true;
  }

  #obstacle({ who, asset }: Order): 'account-disabled' | 'network-closed' | null {
    if (who !== nobody && !this.enabled[who]) return 'account-disabled';
    return this.open[asset] ? null : 'network-closed';
  }

  withdraw(order: Order, id: string, now: number): void {
    const { who, asset, units, wallet } = order;
    this.#add('free', who, asset, -units, wallet);
    this.#add('held', who, asset, units, wallet);
    const row: Withdrawal = {
      ...order,
      id,
      asked: units,
      fee: this.#terms[asset]!.fee,
      at: now,
      stage: '',
      waitingFor: null,
      attempts: 0,
      failing: false,
    };
    this.withdrawals.push(row);
    if (this.confirmsByEmail[who]) row.stage = 'email-sent';
    else if (this.#needsApproval(row)) row.stage = 'awaiting-approval';
    else this.#send(row);
  }

  /** The request was repeated, perhaps with the answers that the withdrawal lacks. */
  answer(id: string, answers: Answers): void {
    const [row] = this.withdrawals.filter((each) => each.id === id && each.answers === undefined);
    if (row !== undefined && answers !== undefined) Object.assign(row, { answers });
  }

  #needsApproval({ asset, units }: Withdrawal): boolean {
    const limit = this.#terms[asset]!.approvalAbove;
    return limit !== null && units > limit;
  }

  #send(row: Withdrawal): void {
    const { to, asset, units, fee, feeTo, wallet } = row;
    const who = this.#recipientOf(row);
    row.stage = who === undefined ? 'queued' : 'completed';
    if (who === undefined) return;
    const net = feeTo === 'recipient' ? units : units - fee;
    this.#add('held', row.who, asset, -units, wallet);
    this.#add('free', who, asset, net);
    if (feeTo === 'sender') this.#add('free', row.who, asset, fee, wallet);
    if (feeTo !== undefined) Object.assign(row, { units: net, fee: 0n });
    const where = { to, tag: tagOf(to), output: '' };
    this.deposits.push({ id: 'internal', who, asset, units: net, ...where, ...unseen, stage: 'completed' });
  }

  #release(row: Withdrawal, stage: string): void {
    if (row.who === nobody) {
      this.#depositOf(row).stage = 'unattributed';
      row.orderId = undefined;
    } else {
      this.#add('held', row.who, row.asset, -row.units, row.wallet);
      this.#add('free', row.who, row.asset, row.units, row.wallet);
    }
    row.stage = stage;
    row.waitingFor = null;
  }

  decide(
    row: Withdrawal | undefined,
    how: 'confirm' | 'cancel' | 'approve' | 'reject',
    now: number,
  ): boolean {
    const asked = row?.stage === 'email-sent';
    const unapproved = row?.stage === 'awaiting-approval';
    const waits = row?.stage === 'waiting';
    const may = {
      confirm: asked,
      cancel: asked || unapproved || waits,
      approve: unapproved,
      reject: unapproved || waits,
    }[how];
    if (row === undefined || !may) return false;
    const isSent = how === 'confirm' || how === 'approve';
    if (isSent && (this.#obstacle(row) !== null || this.#recipientOf(row) === nobody)) return false;
    if ((how === 'confirm' || how === 'approve') && this.#breaksRule(how, row, now)) return false;
    if (how === 'cancel') this.#release(row, 'cancelled');
    else if (how === 'reject') this.#release(row, 'rejected');
    else if (how === 'confirm' && this.#needsApproval(row)) row.stage = 'awaiting-approval';
    else this.#send(row);
    return true;
  }

  /** Withdrawals of an asset that wait for liquidity, in order: each asset has one network. */
  lineOf(asset: string): readonly Withdrawal[] {
    return this.withdrawals.filter((row) => row.waitingFor === 'liquidity' && row.asset === asset);
  }

  /**
   * @param previous the withdrawal before this one in its queue.
   * @returns the outcome; undefined if the command is rejected.
   */
  broadcast(
    row: Withdrawal | undefined,
    previous: Withdrawal | undefined,
  ): 'broadcast' | 'waiting' | 'unchanged' | 'own-address' | undefined {
    if (row?.stage !== 'queued' && row?.stage !== 'waiting') return undefined;
    if (this.maintenance) return 'unchanged';
    const obstacle = this.#obstacle(row);
    if (obstacle === null && this.#recipientOf(row) !== undefined) return 'own-address';
    const reason = obstacle ?? this.#shortage(row, previous);
    if (reason !== null && row.waitingFor === reason) return 'unchanged';
    row.waitingFor = reason;
    row.stage = reason === null ? 'broadcast' : 'waiting';
    if (reason === null) {
      this.#hold(row.asset, row.fee - row.units);
      row.attempts = 1;
    }
    return row.stage as 'broadcast' | 'waiting';
  }

  /** @returns undefined if the command is rejected. */
  settleInside(row: Withdrawal | undefined): 'completed' | 'waiting' | 'unchanged' | undefined {
    if (row?.stage !== 'queued' && row?.stage !== 'waiting') return undefined;
    const recipient = this.#recipientOf(row);
    if (this.maintenance || this.#obstacle(row) !== null || recipient === undefined) return 'unchanged';
    if (recipient === nobody) {
      if (row.waitingFor === 'own-address') return 'unchanged';
      row.waitingFor = 'own-address';
      row.stage = 'waiting';
      return 'waiting';
    }
    this.#send(row);
    row.waitingFor = null;
    return 'completed';
  }

  #shortage(row: Withdrawal, previous: Withdrawal | undefined): 'liquidity' | null {
    const line = this.lineOf(row.asset);
    const isFirst = line.includes(row)
      ? previous?.waitingFor !== 'liquidity' || previous.asset !== row.asset
      : line.length === 0;
    return isFirst && this.availableOf(row.asset) >= row.units - row.fee ? null : 'liquidity';
  }

  /** @param attempt the transaction that was confirmed; undefined: the only one. */
  settle(row: Withdrawal | undefined, attempt: number | undefined): boolean {
    if (row?.stage !== 'broadcast' || row.failing) return false;
    if (attempt === undefined ? row.attempts > 1 : attempt > row.attempts) return false;
    this.#add('held', row.who, row.asset, -row.units, row.wallet);
    row.stage = 'completed';
    if (row.who === nobody) this.#depositOf(row).stage = 'returned';
    return true;
  }

  /** Nothing was sent for a queued one. One that was sent is only marked until its transactions have been dropped. */
  fail(row: Withdrawal | undefined): boolean {
    if (row?.stage === 'queued') this.#release(row, 'failed');
    else if (row?.stage === 'broadcast') row.failing = true;
    else return false;
    return true;
  }

  revokeFailure(row: Withdrawal | undefined): boolean {
    if (row?.stage !== 'broadcast' || !row.failing) return false;
    row.failing = false;
    return true;
  }

  /** @param failedAttempts how many of its transactions have failed. */
  drop(row: Withdrawal | undefined, failedAttempts: number): boolean {
    if (row?.stage === 'failed') return true;
    if (row?.stage !== 'broadcast' || failedAttempts < row.attempts) return false;
    this.#hold(row.asset, row.units - row.fee);
    this.#release(row, 'failed');
    return true;
  }

  /** @param attempt the number of the further transaction. */
  resend(row: Withdrawal | undefined, attempt: number): boolean {
    if (row?.stage !== 'broadcast' || row.failing || this.maintenance) return false;
    if (attempt !== row.attempts + 1) return false;
    row.attempts = attempt;
    return true;
  }

  /** An output to an address of this exchange. @returns the deposit. */
  observe(asset: string, to: Destination, tag: string, units: bigint, output: string): Deposit {
    const owner = tag === tagOf(to) ? (this.#recipientOf({ asset, to }) ?? nobody) : nobody;
    const stage = units < this.#terms[asset]!.depositMinimum ? 'below-minimum' : 'pending';
    const row = { id: '', who: owner, asset, units, to, tag, output, stage, ...unseen };
    this.deposits.push(row);
    return row;
  }

  /** An output that was seen before; one that had vanished waits for confirmations again. */
  observeAgain(row: Deposit): void {
    if (row.stage === 'vanished') row.stage = 'pending';
  }

  confirmDeposit(row: Deposit | undefined, confirmations: number, block: number): boolean {
    if (row === undefined) return false;
    if (row.stage === 'vanished' || row.stage === 'below-minimum') return true;
    const { minConfirm, unlockConfirm } = this.#terms[row.asset]!;
    const isBack = row.lost && confirmations >= minConfirm;
    if (this.#isFollowed(row) || isBack || row.block !== block) {
      Object.assign(row, { confirmations, block, lost: row.lost && !isBack });
    }
    if (row.stage === 'pending' && confirmations >= (row.who === nobody ? unlockConfirm : minConfirm)) {
      this.#add('held', row.who, row.asset, row.units);
      this.#hold(row.asset, row.units);
      row.stage = row.who === nobody ? 'unattributed' : 'credited';
    }
    if (row.stage === 'credited' && confirmations >= unlockConfirm) {
      this.#add('held', row.who, row.asset, -row.units);
      this.#add('free', row.who, row.asset, row.units);
      row.stage = 'completed';
    }
    return true;
  }

  #isFollowed({ stage }: Deposit): boolean {
    return stage === 'pending' || stage === 'credited';
  }

  /** Its block was reorganised away. @param waits whether it can be in a block again: then a credit stays. */
  loseDeposit(row: Deposit | undefined, waits: boolean): boolean {
    if (row === undefined) return false;
    if (row.stage === 'vanished' || row.stage === 'below-minimum') return true;
    if (!waits && this.#takeBack(row)) {
      Object.assign(row, unseen);
      return true;
    }
    Object.assign(row, { confirmations: 0, block: null });
    if (row.stage !== 'pending') row.lost = true;
    else if (!waits) row.stage = 'vanished';
    return true;
  }

  /** Takes back the credit of a lost deposit, which has vanished then. */
  reverse(row: Deposit | undefined): boolean {
    if (row === undefined || !row.lost || row.block !== null) return false;
    if (!this.#takeBack(row)) return false;
    row.lost = false;
    return true;
  }

  /** Takes back a credit: the amount locked for it, or else the free amount; the rest is owed. */
  #takeBack(row: Deposit): boolean {
    const { who, asset, units, stage } = row;
    if (!['credited', 'unattributed', 'completed'].includes(stage)) return false;
    if (this.availableOf(asset) < units) return false;
    this.#hold(asset, -units);
    row.stage = 'vanished';
    if (stage !== 'completed') {
      this.#add('held', who, asset, -units);
      return true;
    }
    let left = units;
    for (const wallet of ['spot', 'funding'] as const) {
      const free = this.of('free', who, asset, wallet);
      const taken = smaller(free, left);
      this.#add('free', who, asset, -taken, wallet);
      left -= taken;
    }
    if (left > 0n) this.#count('an amount becomes owed');
    this.#owed.set(`${who} ${asset}`, this.owedBy(who, asset) + left);
    return true;
  }

  /** The deposit that a withdrawal returns. */
  #depositOf({ orderId }: Withdrawal): Deposit {
    return this.deposits.find(({ id }) => id === orderId)!;
  }

  attribute(row: Deposit | undefined, who: number): boolean {
    if (row?.stage === 'below-minimum' && (row.who === nobody || row.who === who)) {
      row.who = who;
      row.stage = 'pending';
      return true;
    }
    if (row?.who !== nobody || row.stage === 'returning' || row.stage === 'returned') return false;
    if (row.lost) return false;
    row.who = who;
    if (row.stage !== 'unattributed') return true;
    this.#add('held', nobody, row.asset, -row.units);
    this.#add('free', who, row.asset, row.units);
    row.stage = 'completed';
    return true;
  }

  mayGiveBack(row: Deposit | undefined): boolean {
    if (row?.who !== nobody || row.stage !== 'unattributed' || row.lost) return false;
    return row.units > this.#terms[row.asset]!.fee;
  }

  giveBack(row: Deposit, id: string, at: number): void {
    const { asset, units, id: orderId } = row;
    const fee = this.#terms[asset]!.fee;
    const sending = { id, fee, at, stage: 'queued', waitingFor: null, attempts: 0, failing: false };
    const asked = { asset, units, asked: units, to: 'outside', wallet: 'spot', feeTo: undefined } as const;
    const returned: Withdrawal = { who: nobody, ...asked, orderId, ...sending };
    if (this.#needsApproval(returned)) returned.stage = 'awaiting-approval';
    this.withdrawals.push(returned);
    row.stage = 'returning';
  }

  /** @returns the earlier number for a replay, true if the transfer is allowed, false if not. */
  mayTransfer({ master, orderer, from, to, asset, units, clientId }: TransferOrder): number | boolean {
    const family = (who: number) => who === master || this.#masters[who] === master;
    if (!this.enabled[orderer] || !family(from) || !family(to) || from === to || units <= 0n) return false;
    if (orderer !== master && from !== orderer) return false;
    const earlier = this.transfers.find((each) => each.master === master && each.clientId === clientId);
    if (clientId === undefined || earlier === undefined) return units <= this.of('free', from, asset);
    const isSame =
      earlier.from === from && earlier.to === to && earlier.asset === asset && earlier.units === units;
    return isSame ? earlier.tranId : false;
  }

  transfer(order: TransferOrder, tranId: number): void {
    this.adjust(order.from, order.asset, -order.units);
    this.adjust(order.to, order.asset, order.units);
    this.transfers.push({ ...order, tranId });
  }

  transferBetweenWallets(who: number, asset: string, from: Wallet, units: bigint): boolean {
    if (!this.enabled[who] || units <= 0n || this.of('free', who, asset, from) < units) return false;
    this.#add('free', who, asset, -units, from);
    this.#add('free', who, asset, units, from === 'spot' ? 'funding' : 'spot');
    return true;
  }

  /** @returns `asset amount gross fee` for each asset, or null if one of them cannot be converted. */
  convertDust(who: number, assets: readonly string[]): readonly string[] | null {
    const lines = [...new Set(assets)].map((asset) => {
      const { price, scale } = this.#terms[asset]!;
      const units = this.of('free', who, asset);
      const gross = halfUp(
        units * price * 10n ** this.#terms.BNB!.scale,
        this.#terms.BNB!.price * 10n ** scale,
      );
      const tooLarge = units * price * 1000n > this.#terms.BTC!.price * 10n ** scale;
      return { asset, units, gross, fee: halfUp(gross * 2n, 100n), tooLarge };
    });
    const wrong = lines.some(
      ({ asset, gross, fee, tooLarge }) => asset === 'BNB' || gross === fee || tooLarge,
    );
    if (wrong || !this.enabled[who] || lines.length === 0) return null;
    for (const { asset, units, gross, fee } of lines) {
      this.adjust(who, asset, -units);
      this.#add('free', who, 'BNB', gross - fee);
      this.#hold('BNB', gross);
    }
    return lines.map(({ asset, units, gross, fee }) => `${asset} ${units} ${gross} ${fee}`);
  }

  /** @returns the shares, or null if nobody holds the asset. */
  distribute(
    asset: string,
    holdersOf: string,
    total: bigint,
  ): readonly { who: number; units: bigint }[] | null {
    const holders = this.enabled.map((_, who) => ({
      who,
      has:
        this.of('free', who, holdersOf) +
        this.of('held', who, holdersOf) +
        this.of('free', who, holdersOf, 'funding') +
        this.of('held', who, holdersOf, 'funding'),
    }));
    const all = holders.reduce((sum, { has }) => sum + has, 0n);
    if (all === 0n || total <= 0n) return null;
    const shares = holders.map(({ who, has }) => ({
      who,
      has,
      units: (total * has) / all,
      rest: (total * has) % all,
    }));
    const left = shares.reduce((rest, { units }) => rest - units, total);
    const ranked = [...shares].sort(
      (a, b) => Number(b.rest - a.rest) || Number(b.has - a.has) || a.who - b.who,
    );
    for (const share of ranked.slice(0, Number(left))) share.units += 1n;
    const parts = shares.filter(({ units }) => units > 0n);
    for (const { who, units } of parts) this.#add('free', who, asset, units);
    this.#hold(asset, total);
    return parts;
  }
}
