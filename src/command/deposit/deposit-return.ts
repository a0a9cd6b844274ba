/**
 * Sends an unattributed deposit back, on behalf of an operator. The return is an ordinary withdrawal, so that only the
 * claim can pay, and needs the approvals that the policy demands of its value and of a new destination; the operator who
 * returns the deposit is not among those who approve. While it is in progress the deposit cannot be assigned; if it fails, the
 * deposit is unattributed again.
 */
import { type Decimal, formatUnits, unitsOf } from '../../contract/decimal.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { type AssetNetwork, type Catalog, networkOf, scaleOf } from '../../domain/catalog/catalog.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { balanceOf, depositById } from '../../store/lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { makerOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { approvalLookups, decideByPolicy, openQuorum } from '../withdrawal/withdrawal-approval.ts';
import { isOwnAddress, ownAddressLookups, placeOf } from '../withdrawal/withdrawal-send.ts';
import { updateDeposit } from './deposit-advance.ts';
import { lostByChain, ownedAlready, ownerLookup } from './deposit-owner.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type DepositReturn = {
  readonly operator: Operator;
  readonly id: string;
  readonly address: string;
  readonly addressTag?: string | undefined;
  /** Deducted from the amount; default: the withdrawal fee of the network. */
  readonly fee?: Decimal | undefined;
};

export type DepositReturned = { readonly deposit: DepositReply; readonly withdrawalId: string };

type Destination = Pick<Row<'withdrawals'>, 'asset' | 'network' | 'address' | 'addressTag'>;

type StageError = 'deposit-below-minimum' | 'deposit-unconfirmed' | 'deposit-stage-wrong';
type DestinationError = 'return-address-invalid' | 'return-address-tag-invalid' | 'return-address-own';
type FeeError = 'fee-precision-exceeded' | 'fee-not-below-amount';
type ReturnError =
  | 'reason-missing'
  | 'deposit-unknown'
  | 'deposit-owned'
  | 'deposit-reorganised'
  | StageError
  | 'deposit-network-undefined'
  | DestinationError
  | FeeError
  | 'withdrawal-denied';

export const returnDeposit: Command<DepositReturn, DepositReturned, ReturnError> = {
  name: 'deposit-return',
  prefetch: [
    ({ id }) => [depositById(id)],
    (input, rows, context) => {
      const deposit = rows.one(depositById(input.id));
      if (deposit === undefined) return [];
      return [
        ownerLookup(deposit),
        balanceOf(deposit.accountId, deposit.asset),
        ...ownAddressLookups(destinationOf(deposit, input), context.catalog),
        ...approvalLookups(askedOf(deposit, input), context),
      ];
    },
  ],
  decide(input, rows, context) {
    const { id, operator } = input;
    if (operator.reason.trim() === '') return reject('reason-missing', { action: 'return-deposit' });
    const deposit = rows.one(depositById(id));
    if (deposit === undefined) return reject('deposit-unknown', { id });
    const rejection = ownedAlready(deposit, rows) ?? rejectionOf(deposit) ?? lostByChain(deposit);
    if (rejection !== undefined) return rejection;
    const network = networkFor(deposit, context.catalog);
    if (isRejection(network)) return network;
    const destination = destinationOf(deposit, input);
    const wrong = checkDestination(destination, rows, context.catalog);
    if (wrong !== undefined) return wrong;
    const fee = feeOf(input, deposit, network, context.catalog);
    if (isRejection(fee)) return fee;
    const decision = decideByPolicy(
      askedOf(deposit, input),
      makerOf(operator) ?? undefined,
      'outside',
      rows,
      context,
    );
    if (isRejection(decision)) return decision;
    const { needed, mark } = decision;
    const scale = scaleOf(context.catalog, deposit.asset);
    const withdrawalId = context.ids.recordId();
    const work = new UnitOfWork(rows, context);
    work.write({
      insert: 'withdrawals',
      row: {
        ...newReturn(withdrawalId, deposit, context.nowMs),
        ...firstStage(needed && openQuorum(work, withdrawalId, needed, context)),
        ...destination,
        ...mark,
        fee,
      },
    });
    updateDeposit(work, deposit, { stage: 'returning' });
    work.audit(operator, 'deposit-return', id, {
      withdrawalId,
      ...destination,
      amount: formatUnits(deposit.amount, scale),
      fee: formatUnits(fee, scale),
    });
    return work.reply({ deposit: depositReply({ ...deposit, stage: 'returning' }), withdrawalId });
  },
};

function destinationOf({ asset, network }: Row<'deposits'>, input: DepositReturn): Destination {
  return { asset, network, address: input.address, addressTag: input.addressTag ?? '' };
}

const askedOf = (deposit: Row<'deposits'>, input: DepositReturn) => ({
  ...destinationOf(deposit, input),
  accountId: unattributedAccountId,
  family: unattributedAccountId,
  amount: deposit.amount,
});

const firstStage = (quorum: Row<'withdrawal_quorums'> | undefined) =>
  quorum === undefined
    ? ({ stage: 'queued', approvalNeeded: null } as const)
    : ({ stage: 'awaiting-approval', approvalNeeded: quorum.lastApproval } as const);

function rejectionOf({ id, stage }: Row<'deposits'>): Rejection<StageError> | undefined {
  if (stage === 'unattributed') return undefined;
  if (stage === 'below-minimum') {
    return reject('deposit-below-minimum', { id });
  }
  const waits = stage === 'pending' || stage === 'suspended';
  return waits ? reject('deposit-unconfirmed', { id }) : reject('deposit-stage-wrong', { id, stage });
}

function networkFor(
  { asset, network }: Row<'deposits'>,
  { assets }: Catalog,
): AssetNetwork | Rejection<'deposit-network-undefined'> {
  const known = assets.get(asset);
  const found = known && networkOf(known, network);
  return found ?? reject('deposit-network-undefined', { asset, network });
}

function checkDestination(
  destination: Destination,
  rows: Rows,
  catalog: Catalog,
): Rejection<DestinationError> | undefined {
  const place = placeOf(destination, catalog);
  if (place === 'address-invalid') return reject('return-address-invalid', { network: destination.network });
  if (place === 'address-tag-invalid') {
    return reject('return-address-tag-invalid', { network: destination.network });
  }
  return isOwnAddress(destination, rows, catalog) ? reject('return-address-own') : undefined;
}

function feeOf(
  { fee }: DepositReturn,
  { asset, amount }: Row<'deposits'>,
  network: AssetNetwork,
  catalog: Catalog,
): bigint | Rejection<FeeError> {
  const scale = scaleOf(catalog, asset);
  const units = fee === undefined ? network.withdrawFee : unitsOf(fee, scale);
  if (units === null) return reject('fee-precision-exceeded', { asset, scale });
  return units < amount ? units : reject('fee-not-below-amount');
}

/** The withdrawal that returns a deposit; its amount is already held. */
function newReturn(id: string, deposit: Row<'deposits'>, nowMs: number) {
  return {
    id,
    accountId: unattributedAccountId,
    wallet: 'spot' as const,
    feeTo: null,
    amount: deposit.amount,
    name: null,
    orderId: deposit.id,
    orderContent: null,
    waitingFor: null,
    txId: '',
    signedTransaction: null,
    failure: null,
    appliedAt: nowMs,
    settledAt: null,
    approvalGiven: null,
    claim: null,
  };
}
