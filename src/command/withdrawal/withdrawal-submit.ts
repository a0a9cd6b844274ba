/**
 * Submits a withdrawal: checks every rule of the asset and network, holds the gross amount, and sends or queues the
 * withdrawal. With a `withdrawOrderId`, the same content always returns the first reply and other content is rejected.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Decimal, formatDecimal, formatUnits, unitsOf } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { type Asset, type AssetNetwork, type Catalog, networkOf } from '../../domain/catalog/catalog.ts';
import { customerAccount, type Wallet } from '../../domain/ledger/ledger.ts';
import type { Answers } from '../../domain/travel-rule/questionnaire.ts';
import {
  accountById,
  assetNamed,
  balanceOf,
  questionnaireOf,
  withdrawalByOrderId,
} from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { FeeRecipient, Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { type AccountRuleError, accountRuleLookups, checkAccountRules } from './account-rules.ts';
import { checkDailyMaximum, earlierLookups } from './withdrawal-maximum.ts';
import {
  latestCatalog,
  ownAddressLookups,
  ownerLookups,
  placeOf,
  type Recipient,
  recipientLookups,
  recipientOf,
  recipientRefusal,
  refuseDestination,
  type Sent,
  sendWithdrawal,
} from './withdrawal-send.ts';

export type WithdrawalRequest = {
  readonly accountId: number;
  readonly asset: string;
  readonly network?: string | undefined;
  readonly address: string;
  readonly addressTag?: string | undefined;
  /** The gross amount. */
  readonly amount: Decimal;
  /** The wallet that pays: Spot unless given. */
  readonly wallet?: Wallet | undefined;
  /** Who gets the fee if the recipient has an account here; undefined: the exchange. */
  readonly feeTo?: FeeRecipient | undefined;
  readonly name?: string | undefined;
  readonly orderId?: string | undefined;
  /** The answers that the travel rule requires. They are not part of the content that an order id names. */
  readonly questionnaire?: Answers | undefined;
};

/** `trId`: the number of its questionnaire. */
export type WithdrawalReceipt = { readonly id: string; readonly trId?: number };

type Terms = {
  readonly asset: Asset;
  readonly network: AssetNetwork;
  readonly amount: bigint;
};

type TermsError =
  | 'asset-unknown'
  | 'network-unknown'
  | 'withdrawal-suspended'
  | 'address-invalid'
  | 'address-tag-invalid'
  | 'address-tag-unsupported'
  | 'precision-exceeded';
type AmountError = 'amount-below-minimum' | 'amount-not-multiple' | 'amount-not-above-fee';
type WithdrawalError =
  | TermsError
  | AmountError
  | 'deadline-passed'
  | AccountRuleError
  | 'owner-disabled'
  | 'order-id-reused'
  | 'amount-above-maximum'
  | 'balance-insufficient';

export const submitWithdrawal: Command<WithdrawalRequest, WithdrawalReceipt, WithdrawalError> = {
  name: 'withdrawal-submit',
  prefetch: [
    (request, _rows, context) => [
      accountById(request.accountId),
      balanceOf(request.accountId, request.asset, request.wallet),
      ...(request.orderId === undefined ? [] : [withdrawalByOrderId(request.accountId, request.orderId)]),
      ...destinationLookups(request, context),
    ],
    (request, rows, context) => {
      const destination = destinationOf(request, context.catalog);
      if (destination === undefined) return earlierQuestionnaire(request, rows);
      const account = rows.one(accountById(request.accountId));
      const rules = accountRuleLookups(account, destination, context);
      const owner = ownerLookups(destination, rows, context.catalog);
      const earlier = earlierQuestionnaire(request, rows);
      return [...rules, ...earlier, ...owner, ...(owner.length === 0 ? [] : [assetNamed(request.asset)])];
    },
    (request, rows, context) => {
      const destination = destinationOf(request, context.catalog);
      const recipient = destination ? recipientLookups(destination, rows, context.catalog) : [];
      if (recipient.length === 0) return [];
      const catalog = latestCatalog(request.asset, rows, context.catalog);
      return [...recipient, ...earlierLookups(request, { ...context, catalog })];
    },
  ],
  decide(request, rows, context) {
    const replay = replayOf(request, rows);
    if (replay !== undefined) return replay;
    const account = rows.one(accountById(request.accountId));
    if (account === undefined || !account.enabled) {
      return reject('owner-disabled', { email: account?.email });
    }
    const terms = readTerms(request, rows, context.catalog);
    if ('rejected' in terms) return terms;
    const work = new UnitOfWork(rows, context);
    const refusal =
      checkAmount(terms) ??
      checkAccountRules(account, ruledIn(terms, request), rows, context) ??
      checkDailyMaximum(request.accountId, terms, rows, context) ??
      checkMoney(request, account, terms, work) ??
      recipientRefusal(terms.recipient, destinationIn(terms, request));
    return refusal ?? hold(request, terms, account, work, terms.recipient, context);
  },
};

function destinationOf(request: WithdrawalRequest, catalog: Catalog) {
  const asset = catalog.assets.get(request.asset);
  const network = asset && networkOf(asset, request.network);
  return network && destinationIn({ asset, network }, request);
}

function destinationIn({ asset, network }: Pick<Terms, 'asset' | 'network'>, request: WithdrawalRequest) {
  const { address, addressTag = '' } = request;
  return { network: network.network, asset: asset.asset, address, addressTag };
}

const ruledIn = (terms: Terms, request: WithdrawalRequest) => ({
  ...destinationIn(terms, request),
  amount: terms.amount,
  questionnaire: request.questionnaire,
});

function destinationLookups(request: WithdrawalRequest, context: DecisionContext): readonly Lookup[] {
  const destination = destinationOf(request, context.catalog);
  const own = destination ? ownAddressLookups(destination, context.catalog) : [];
  return [...own, ...earlierLookups(request, context)];
}

/** @returns the first reply if the order id was used with the same content, or a rejection if with other content. */
function replayOf(request: WithdrawalRequest, rows: Rows) {
  if (request.orderId === undefined) return undefined;
  const earlier = rows.one(withdrawalByOrderId(request.accountId, request.orderId));
  if (earlier === undefined) return undefined;
  if (earlier.orderContent !== contentOf(request)) return reject('order-id-reused');
  if (request.questionnaire === undefined) return { reply: { id: earlier.id }, writes: [] };
  const answered = rows.one(questionnaireOf(earlier.id));
  if (answered === undefined) return { reply: { id: earlier.id }, writes: [] };
  return isDeepStrictEqual(answered.questionnaire, asStored(request.questionnaire))
    ? { reply: { id: earlier.id, trId: answered.trId }, writes: [] }
    : reject('order-id-reused');
}

/** JSON has no negative zero and no numbers beyond those of a double: they are stored as 0 and null. */
const asStored = (questionnaire: Answers): unknown => JSON.parse(JSON.stringify(questionnaire));

/** The questionnaire of the withdrawal that the order id names. */
function earlierQuestionnaire(request: WithdrawalRequest, rows: Rows): readonly Lookup[] {
  const { accountId, orderId, questionnaire } = request;
  if (orderId === undefined || questionnaire === undefined) return [];
  const earlier = rows.one(withdrawalByOrderId(accountId, orderId));
  return earlier === undefined ? [] : [questionnaireOf(earlier.id) as Lookup];
}

function contentOf(request: WithdrawalRequest): string {
  const { asset, network, address, addressTag, amount, name, wallet, feeTo } = request;
  return JSON.stringify([
    asset,
    network ?? null,
    address,
    addressTag ?? null,
    formatDecimal(amount),
    name ?? null,
    wallet ?? 'spot',
    feeTo ?? null,
  ]);
}

function readTerms(request: WithdrawalRequest, rows: Rows, catalog: Catalog) {
  const terms = checkTerms(request, catalog);
  if ('rejected' in terms) return terms;
  const recipient = recipientOf(destinationIn(terms, request), rows, catalog);
  if (typeof recipient !== 'object') return { ...terms, recipient };
  const latest = latestCatalog(request.asset, rows, catalog);
  const { network } = terms.network;
  const latestTerms = checkTerms({ ...request, network }, latest);
  if ('rejected' in latestTerms) return latestTerms;
  return { ...latestTerms, recipient: recipientOf(destinationIn(latestTerms, request), rows, latest) };
}

function checkTerms(request: WithdrawalRequest, catalog: Catalog): Terms | Rejection<TermsError> {
  const asset = catalog.assets.get(request.asset);
  if (asset === undefined) return reject('asset-unknown', { asset: request.asset });
  const network = networkOf(asset, request.network);
  if (network === undefined) {
    return request.network === undefined
      ? reject('withdrawal-suspended', { asset: asset.asset })
      : reject('network-unknown', { network: request.network, asset: asset.asset });
  }
  if (!network.withdrawEnabled) {
    return reject('withdrawal-suspended', { asset: asset.asset, network: network.network });
  }
  const destination = destinationIn({ asset, network }, request);
  const place = placeOf(destination, catalog);
  if (typeof place === 'string') {
    const { addressTag } = destination;
    const isSuperfluous = addressTag !== '' && catalog.networks.get(network.network)?.tag === null;
    return place === 'address-tag-invalid' && isSuperfluous
      ? reject('address-tag-unsupported', { addressTag, network: network.network })
      : refuseDestination(place, destination);
  }
  const amount = unitsOf(request.amount, asset.scale);
  if (amount === null) return reject('precision-exceeded', { asset: asset.asset, scale: asset.scale });
  return { asset, network, amount };
}

function checkAmount({ asset, network, amount }: Terms): Rejection<AmountError> | undefined {
  if (amount < network.withdrawMinimum) {
    return reject('amount-below-minimum', { minimum: formatUnits(network.withdrawMinimum, asset.scale) });
  }
  if (amount % network.withdrawMultiple !== 0n) {
    return reject('amount-not-multiple', { multiple: formatUnits(network.withdrawMultiple, asset.scale) });
  }
  return amount <= network.withdrawFee ? reject('amount-not-above-fee') : undefined;
}

function checkMoney(
  { wallet }: WithdrawalRequest,
  { id, email }: Row<'accounts'>,
  { asset: { asset }, amount }: Terms,
  work: UnitOfWork,
): Rejection<'balance-insufficient'> | undefined {
  return work.free(id, asset, wallet) < amount ? reject('balance-insufficient', { asset, email }) : undefined;
}

function hold(
  request: WithdrawalRequest,
  terms: Terms,
  account: Row<'accounts'>,
  work: UnitOfWork,
  recipient: Recipient,
  context: DecisionContext,
) {
  const { amount, asset, network } = terms;
  const id = context.ids.recordId();
  const base = {
    id,
    accountId: request.accountId,
    ...destinationIn(terms, request),
    wallet: request.wallet ?? 'spot',
    amount,
    fee: network.withdrawFee,
    feeTo: request.feeTo ?? null,
  };
  work.post({
    kind: 'withdrawal-hold',
    asset: base.asset,
    amount,
    debit: customerAccount(base.accountId, 'free', base.wallet),
    credit: customerAccount(base.accountId, 'held', base.wallet),
    reference: id,
  });
  const sent = firstStage(account, asset, amount) ?? sendWithdrawal(work, base, recipient, context);
  work.write({
    insert: 'withdrawals',
    row: {
      ...base,
      ...sent,
      waitingFor: null,
      name: request.name ?? null,
      orderId: request.orderId ?? null,
      orderContent: request.orderId === undefined ? null : contentOf(request),
      signedTransaction: null,
      failure: null,
      appliedAt: context.nowMs,
    },
  });
  return work.reply({ id, ...storeQuestionnaire(work, id, request, account, context) });
}

function storeQuestionnaire(
  work: UnitOfWork,
  withdrawalId: string,
  { questionnaire }: WithdrawalRequest,
  { id: accountId, travelRuleCountry: country }: Row<'accounts'>,
  { ids, nowMs: at }: DecisionContext,
): Omit<WithdrawalReceipt, 'id'> {
  if (questionnaire === undefined) return {};
  const trId = ids.tranId();
  const row = { withdrawalId, trId, accountId, country, questionnaire, at };
  work.write({ insert: 'withdrawal_questionnaires', row });
  return { trId };
}

/** @returns the first stage if the customer must confirm by e-mail or an operator must approve; otherwise undefined. */
function firstStage(account: Row<'accounts'>, asset: Asset, amount: bigint): Sent | undefined {
  if (account.withdrawConfirmation === 'email') return { stage: 'email-sent', txId: '', settledAt: null };
  return needsApproval(asset, amount) ? { stage: 'awaiting-approval', txId: '', settledAt: null } : undefined;
}

export function needsApproval(asset: Asset, amount: bigint): boolean {
  return asset.autoApprovalLimit !== null && amount > asset.autoApprovalLimit;
}
