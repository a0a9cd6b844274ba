/**
 * Transfers an asset between any two accounts of a family, on behalf of an enabled master, or from an enabled
 * sub-account that orders it. The other accounts may be disabled, so that the master can still withdraw their balances.
 */
import type { Decimal } from '../../contract/decimal.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { customerAccount } from '../../domain/ledger/ledger.ts';
import { accountByEmail, accountById, balanceOf, familyTransferOfClient } from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { readAmount } from '../read-amount.ts';
import { UnitOfWork } from '../unit-of-work.ts';

export type FamilyTransfer = {
  readonly masterId: number;
  /** The sub-account that orders the transfer, which can send only its own money; undefined: the master orders it. */
  readonly subAccountId?: number | undefined;
  /** Undefined: the master. */
  readonly fromEmail?: string | undefined;
  readonly toEmail?: string | undefined;
  readonly asset: string;
  readonly amount: Decimal;
};

/** A transfer with an id that the client chose, unique for each master. It never expires. */
export type NamedTransfer = FamilyTransfer & { readonly clientId: string };

type Receipt = { readonly tranId: number };
type MemberError = 'account-disabled' | 'sub-account-unrelated' | 'recipient-is-sender';
type TermsError = MemberError | 'asset-unknown' | 'precision-exceeded' | 'amount-not-positive';
type TransferError = TermsError | 'deadline-passed' | 'balance-insufficient';

type Account = Row<'accounts'>;
type Members = { readonly from: Account; readonly to: Account };
type Terms = Members & { readonly asset: Asset; readonly units: bigint };

export const transferBetweenAccounts: Command<FamilyTransfer, Receipt, TransferError> = {
  name: 'sub-account-transfer',
  prefetch: [memberLookups, balanceLookups],
  decide(order, rows, context) {
    const terms = readTerms(order, rows, context);
    return isRejection(terms) ? terms : move(order.masterId, null, terms, rows, context);
  },
};

/** Repeating the order with the same content returns the first reply. */
export const transferOnce: Command<NamedTransfer, Receipt, TransferError | 'client-id-reused'> = {
  name: 'sub-account-transfer-once',
  prefetch: [
    (order) => [familyTransferOfClient(order.masterId, order.clientId), ...memberLookups(order)],
    balanceLookups,
  ],
  decide(order, rows, context) {
    const terms = readTerms(order, rows, context);
    if (isRejection(terms)) return terms;
    const earlier = rows.one(familyTransferOfClient(order.masterId, order.clientId));
    if (earlier === undefined) return move(order.masterId, order.clientId, terms, rows, context);
    if (!isSame(earlier, terms)) return reject('client-id-reused');
    return { reply: { tranId: earlier.tranId }, writes: [] };
  },
};

function memberLookups({
  masterId,
  subAccountId,
  fromEmail,
  toEmail,
}: FamilyTransfer): readonly Lookup<'accounts'>[] {
  const emails = [fromEmail, toEmail].filter((email) => email !== undefined);
  return [
    accountById(masterId),
    ...(subAccountId === undefined ? [] : [accountById(subAccountId)]),
    ...emails.map((email) => accountByEmail(normaliseEmail(email))),
  ];
}

function balanceLookups({ masterId, fromEmail, toEmail, asset }: FamilyTransfer, rows: Rows) {
  return [fromEmail, toEmail].flatMap((email): readonly Lookup<'balances'>[] => {
    const member = memberOf(masterId, email, rows);
    return member ? [balanceOf(member.id, asset)] : [];
  });
}

function readTerms(order: FamilyTransfer, rows: Rows, { catalog }: DecisionContext) {
  const members = readMembers(order, rows);
  if (isRejection(members)) return members;
  const asset = catalog.assets.get(order.asset);
  if (asset === undefined) return reject('asset-unknown', { asset: order.asset });
  const units = readAmount(order.amount, asset);
  return isRejection(units) ? units : { ...members, asset, units };
}

function readMembers(order: FamilyTransfer, rows: Rows): Members | Rejection<MemberError> {
  const { masterId, subAccountId, fromEmail, toEmail } = order;
  // It may have been disabled after its key was looked up.
  if (!rows.one(accountById(subAccountId ?? masterId))?.enabled) return reject('account-disabled');
  const from = memberOf(masterId, fromEmail, rows);
  const to = memberOf(masterId, toEmail, rows);
  if (from === undefined || to === undefined) return reject('sub-account-unrelated');
  if (subAccountId !== undefined && from.id !== subAccountId) return reject('sub-account-unrelated');
  return from.id === to.id ? reject('recipient-is-sender') : { from, to };
}

function memberOf(masterId: number, email: string | undefined, rows: Rows): Account | undefined {
  if (email === undefined) return rows.one(accountById(masterId));
  const account = rows.one(accountByEmail(normaliseEmail(email)));
  return account?.id === masterId || account?.masterId === masterId ? account : undefined;
}

function isSame(earlier: Row<'sub_account_transfers'>, { from, to, asset, units }: Terms): boolean {
  return (
    earlier.fromAccountId === from.id &&
    earlier.toAccountId === to.id &&
    earlier.asset === asset.asset &&
    earlier.amount === units
  );
}

function move(
  masterId: number,
  clientId: string | null,
  { from, to, asset: { asset }, units }: Terms,
  rows: Rows,
  context: DecisionContext,
) {
  const work = new UnitOfWork(rows, context);
  if (work.free(from.id, asset) < units) {
    return reject('balance-insufficient', { asset, email: from.email });
  }
  const tranId = context.ids.tranId();
  work.post({
    kind: 'sub-account-transfer',
    asset,
    amount: units,
    debit: customerAccount(from.id, 'free'),
    credit: customerAccount(to.id, 'free'),
    reference: `${tranId}`,
  });
  const [fromAccountId, toAccountId, at] = [from.id, to.id, context.nowMs];
  work.write({
    insert: 'sub_account_transfers',
    row: { tranId, masterId, fromAccountId, toAccountId, asset, amount: units, at, clientId },
  });
  return work.reply({ tranId });
}
