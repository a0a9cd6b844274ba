/**
 * Submits a withdrawal: checks every rule of the asset and network, holds the gross amount, and sends or queues the
 * withdrawal.
 */
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { familyOf } from '../../domain/account-family.ts';
import { accountById, assetNamed, balanceOf, withdrawalByOrderId } from '../../store/lookups.ts';
import type { AnyLookup, Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { type AccountRuleError, accountRuleLookups, checkAccountRules } from './account-rules.ts';
import { approvalLookups, decideByPolicy, hasTagRules } from './withdrawal-approval.ts';
import { holdWithdrawal } from './withdrawal-hold.ts';
import { checkDailyMaximum, earlierLookups } from './withdrawal-maximum.ts';
import { answerAgain, earlierQuestionnaire } from './withdrawal-questionnaire.ts';
import { earlierOf, type WithdrawalReceipt, type WithdrawalRequest } from './withdrawal-request.ts';
import {
  latestCatalog,
  ownAddressLookups,
  ownerLookups,
  type Recipient,
  recipientLookups,
  recipientRejection,
} from './withdrawal-send.ts';
import {
  type AmountError,
  askedOf,
  checkAmount,
  destinationIn,
  destinationOf,
  readTerms,
  type Terms,
  type TermsError,
} from './withdrawal-terms.ts';

type WithdrawalError =
  | TermsError
  | AmountError
  | 'deadline-passed'
  | AccountRuleError
  | 'owner-disabled'
  | 'order-id-reused'
  | 'withdrawal-denied'
  | 'amount-above-maximum'
  | 'balance-insufficient';

export const submitWithdrawal: Command<WithdrawalRequest, WithdrawalReceipt, WithdrawalError> = {
  name: 'withdrawal-submit',
  prefetch: [
    (request, _rows, context) => [
      accountById(request.accountId),
      balanceOf(request.accountId, request.asset, request.wallet),
      ...(request.wallet === 'funding' ? [balanceOf(request.accountId, request.asset)] : []),
      ...(request.orderId === undefined ? [] : [withdrawalByOrderId(request.accountId, request.orderId)]),
      ...destinationLookups(request, context),
    ],
    (request, rows, context) => {
      const destination = destinationOf(request, context.catalog);
      if (destination === undefined) return earlierQuestionnaire(request, rows);
      const account = rows.one(ruledAccount(request.accountId));
      const rules = accountRuleLookups(account, destination, context);
      const owner = ownerLookups(destination, rows, context.catalog);
      const earlier = earlierQuestionnaire(request, rows);
      const approval = policyLookups(request, rows, context);
      const asset = owner.length === 0 ? [] : [assetNamed(request.asset)];
      return [...rules, ...approval, ...earlier, ...owner, ...asset];
    },
    (request, rows, context) => {
      const destination = destinationOf(request, context.catalog);
      const recipient = destination ? recipientLookups(destination, rows, context.catalog) : [];
      if (recipient.length === 0) return [];
      const catalog = latestCatalog(request.asset, rows, context.catalog);
      const latest = { ...context, catalog };
      const approval = policyLookups(request, rows, latest);
      return [...recipient, ...earlierLookups(request, latest), ...approval];
    },
  ],
  decide(request, rows, context) {
    const earlier = earlierOf(request, rows);
    if (earlier !== undefined) return replayOf(earlier, request, rows, context);
    const account = rows.one(accountById(request.accountId));
    if (account === undefined || !account.enabled) {
      return reject('owner-disabled', { email: account?.email });
    }
    const terms = readTerms(request, rows, context.catalog);
    if ('rejected' in terms) return terms;
    const work = new UnitOfWork(rows, context);
    const rejection =
      checkAmount(terms) ??
      checkAccountRules(account, ruledIn(terms, request), rows, context) ??
      checkDailyMaximum(request.accountId, terms, rows, context) ??
      checkMoney(request, account, terms, work) ??
      recipientRejection(terms.recipient, destinationIn(terms, request));
    if (rejection !== undefined) return rejection;
    const latest = withLatest(request, terms.recipient, rows, context);
    const { id: accountId } = account;
    const { amount } = terms;
    const asked = { ...destinationIn(terms, request), accountId, family: familyOf(account), amount };
    const decision = decideByPolicy(asked, request.keyOperator, terms.recipient, rows, latest);
    if (isRejection(decision)) return decision;
    return holdWithdrawal(request, terms, account, work, decision, context);
  },
};

/** A withdrawal within the exchange is decided by the asset as stored; see `readTerms`. */
function withLatest(
  request: WithdrawalRequest,
  recipient: Recipient,
  rows: Rows,
  context: DecisionContext,
): DecisionContext {
  if (typeof recipient !== 'object') return context;
  return { ...context, catalog: latestCatalog(request.asset, rows, context.catalog) };
}

/** Few accounts have rules of their own, so a batch is planned as if this one had none. */
const ruledAccount = (id: number): Lookup<'accounts'> => ({ ...accountById(id), assume: 'none' });

/** Only rules by tag need the family of the account, and then the account is read first. */
function policyLookups(
  request: WithdrawalRequest,
  rows: Rows,
  context: DecisionContext,
): readonly AnyLookup[] {
  const asked = askedOf(request, context.catalog);
  const account = hasTagRules(context) ? rows.one(accountById(request.accountId)) : undefined;
  const family = account ? familyOf(account) : request.accountId;
  return asked === undefined ? [] : approvalLookups({ ...asked, family }, context);
}

/** The first reply, or a rejection if the content is another. */
function replayOf(
  earlier: NonNullable<ReturnType<typeof earlierOf>>,
  { questionnaire }: WithdrawalRequest,
  rows: Rows,
  context: DecisionContext,
) {
  if ('rejected' in earlier) return earlier;
  return questionnaire === undefined
    ? { reply: { id: earlier.id }, writes: [] }
    : answerAgain(questionnaire, earlier, rows, context);
}

const ruledIn = (terms: Terms, request: WithdrawalRequest) => ({
  ...destinationIn(terms, request),
  amount: terms.amount,
  questionnaire: request.questionnaire,
});

function destinationLookups(request: WithdrawalRequest, context: DecisionContext): readonly AnyLookup[] {
  const destination = destinationOf(request, context.catalog);
  const own = destination ? ownAddressLookups(destination, context.catalog) : [];
  return [...own, ...earlierLookups(request, context)];
}

function checkMoney(
  { wallet }: WithdrawalRequest,
  { id, email }: Row<'accounts'>,
  { asset: { asset }, amount }: Terms,
  work: UnitOfWork,
): Rejection<'balance-insufficient'> | undefined {
  return work.free(id, asset, wallet) < amount ? reject('balance-insufficient', { asset, email }) : undefined;
}
