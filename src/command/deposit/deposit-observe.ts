/**
 * Records a transaction output to an address of this exchange as a deposit. The same output is always the same deposit,
 * however often it is observed.
 *
 * An unattributed deposit (no tag, an unknown tag, or an asset that the network no longer has) belongs to the reserved
 * account until an operator assigns or returns it.
 *
 * Reports of people about a manual network are checked further: a transaction that they have reported for a
 * withdrawal is no deposit. The network is locked until the commit, so that no other process records it as a
 * withdrawal meanwhile.
 */
import { formatUnits } from '../../contract/decimal.ts';
import { type DetailsOf, type Rejection, reject } from '../../contract/errors.ts';
import { completeTransactionId, transactionIdRule } from '../../domain/address/address.ts';
import { type Catalog, networkNamed, scaleOf } from '../../domain/catalog/catalog.ts';
import type { DepositStage } from '../../domain/deposit/deposit-stage.ts';
import { depositTermsOf, destinationOn, isOnNetwork } from '../../domain/deposit/deposit-terms.ts';
import { unattributedAccountId, unattributedAccountName } from '../../domain/deposit/unattributed-account.ts';
import { depositAddressAt } from '../../store/address-lookups.ts';
import {
  accountById,
  attemptOfTransaction,
  depositOfOutput,
  networkNamed as lockedNetwork,
} from '../../store/lookups.ts';
import type { AnyLookup, Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { newAccount } from '../account/account-open.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { updateDeposit } from './deposit-advance.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type ObservedOutput = {
  readonly network: string;
  readonly txId: string;
  readonly outputIndex: number;
  readonly address: string;
  /** The address group of the network. */
  readonly addressGroup: string;
  /** The normalised form of the address, which belongs to this exchange. */
  readonly addressKey: string;
  readonly addressTag: string;
  readonly asset: string;
  /** Whole units; `remainder` holds the part below one unit as canonical decimal text. */
  readonly amount: bigint;
  readonly remainder: string;
  /** The operator who added the output to a simulated chain, if any. */
  readonly operator?: Operator | undefined;
};

export type DepositObserved = {
  readonly id: string;
  readonly seenBefore: boolean;
  /** E-mail of the owner; null if there is no owner, or if no operator added the output. */
  readonly email: string | null;
  readonly deposit: DepositReply;
};

type ReportError = 'transaction-id-invalid' | 'transaction-is-withdrawal';
type ObserveError = 'asset-unknown' | 'output-differs' | ReportError;

export const observeDeposit: Command<ObservedOutput, DepositObserved, ObserveError> = {
  name: 'deposit-observe',
  prefetch: [
    (output, _rows, context) => [
      outputLookup(output),
      addressLookup(output),
      accountById(unattributedAccountId),
      ...reportLookups(output, context),
    ],
    (output, rows, { catalog }) => {
      const known = rows.one(outputLookup(output));
      return ownerLookups(output, known?.accountId ?? addressOf(output, rows, catalog)?.accountId);
    },
  ],
  decide(output, rows, context) {
    const { network, txId, outputIndex, asset, addressTag, amount, remainder } = output;
    const known = rows.one(outputLookup(output));
    const problem = problemOfReport(output, known !== undefined, rows, context);
    if (problem !== undefined) return problem;
    if (known !== undefined) return replay(known, output, rows, context);
    if (!context.catalog.assets.has(asset)) return reject('asset-unknown', { asset });
    const owner = addressOf(output, rows, context.catalog);
    const id = context.ids.recordId();
    const work = new UnitOfWork(rows, context);
    if (owner === undefined && rows.one(accountById(unattributedAccountId)) === undefined) {
      // `put` rather than `insert`, because another process may be creating the account at the same moment.
      work.write({ put: 'accounts', row: reservedAccount(context.nowMs) });
    }
    const row = {
      id,
      accountId: owner?.accountId ?? unattributedAccountId,
      asset,
      network,
      address: owner?.address ?? output.address,
      addressTag,
      txId,
      outputIndex,
      amount,
      remainder,
      stage: firstStage(output, context.catalog),
      confirmations: 0,
      insertedAt: context.nowMs,
      completedAt: null,
      blockHeight: null,
      reorganisedAt: null,
    };
    work.write({ insert: 'deposits', row });
    if (output.operator) {
      const details = {
        asset,
        network,
        txId,
        outputIndex,
        amount: formatUnits(amount, scaleOf(context.catalog, asset)),
        remainder,
      };
      work.audit(output.operator, 'deposit-create', id, details);
    }
    const email = emailOf(output, row.accountId, rows);
    return work.reply({ id, seenBefore: false, email, deposit: depositReply(row) });
  },
};

function outputLookup({ network, txId, outputIndex, asset }: ObservedOutput) {
  return depositOfOutput(network, txId, outputIndex, asset);
}

/** Whether people report the outputs on the network. */
const isReported = ({ network }: ObservedOutput, { catalog }: DecisionContext) =>
  catalog.connectors.get(network) === 'manual';

function reportLookups(output: ObservedOutput, context: DecisionContext): readonly AnyLookup[] {
  const { network, txId } = output;
  return isReported(output, context) ? [lockedNetwork(network), attemptOfTransaction(network, txId)] : [];
}

/** @param isKnown a recorded output may be older than the rule that ids must be complete. */
function problemOfReport(
  output: ObservedOutput,
  isKnown: boolean,
  rows: Rows,
  context: DecisionContext,
): Rejection<ReportError> | undefined {
  if (!isReported(output, context)) return undefined;
  const { network, txId } = output;
  if (rows.one(attemptOfTransaction(network, txId)) !== undefined)
    return reject('transaction-is-withdrawal', { txId });
  const rules = networkNamed(context.catalog, network);
  if (isKnown || completeTransactionId(rules, txId) !== null) return undefined;
  return reject('transaction-id-invalid', { txId, network, rule: transactionIdRule(rules) });
}

function addressLookup({ addressGroup, addressKey, addressTag }: ObservedOutput) {
  return depositAddressAt(addressGroup, addressKey, addressTag);
}

/** @returns the deposit address to which the output was paid, if the asset is defined on the network. */
function addressOf(output: ObservedOutput, rows: Rows, catalog: Catalog) {
  const { asset, network } = output;
  return isOnNetwork(catalog, asset, network) ? rows.one(addressLookup(output)) : undefined;
}

/** Looks up the owner for the reply, which only operators receive. */
function ownerLookups(
  { operator }: ObservedOutput,
  accountId: number | undefined,
): readonly Lookup<'accounts'>[] {
  const isAsked = operator !== undefined && accountId !== undefined && accountId !== unattributedAccountId;
  return isAsked ? [accountById(accountId)] : [];
}

function emailOf(output: ObservedOutput, accountId: number, rows: Rows): string | null {
  const [lookup] = ownerLookups(output, accountId);
  return (lookup && rows.one(lookup)?.email) ?? null;
}

/**
 * Outputs on a chain never change, so the same output with other content comes from another chain or from a mistake.
 */
function replay(known: Row<'deposits'>, output: ObservedOutput, rows: Rows, context: DecisionContext) {
  const { catalog } = context;
  const { id, amount, remainder, address, addressTag } = known;
  if (amount !== output.amount || remainder !== output.remainder) return differs(output, 'amount');
  if (destinationOn(catalog, output.network, address).key !== output.addressKey)
    return differs(output, 'address');
  if (addressTag !== output.addressTag) return differs(output, 'addressTag');
  const email = emailOf(output, known.accountId, rows);
  if (known.stage !== 'vanished') {
    return { reply: { id, seenBefore: true, email, deposit: depositReply(known) }, writes: [] };
  }
  // Only a deposit that was to be credited can vanish. The minimum of now does not apply: an earlier one did, or an
  // operator decided.
  const { depositEnabled } = depositTermsOf(catalog, output.asset, output.network);
  const work = new UnitOfWork(rows, context);
  const stage = depositEnabled ? 'pending' : 'suspended';
  updateDeposit(work, known, { stage });
  return work.reply({ id, seenBefore: true, email, deposit: depositReply({ ...known, stage }) });
}

export function differs(
  { outputIndex, txId }: Pick<ObservedOutput, 'outputIndex' | 'txId'>,
  property: DetailsOf<'output-differs'>['property'],
): Rejection<'output-differs'> {
  return reject('output-differs', { txId, outputIndex, property });
}

function firstStage({ asset, network, amount }: ObservedOutput, catalog: Catalog): DepositStage {
  const { depositEnabled, depositMinimum } = depositTermsOf(catalog, asset, network);
  if (amount === 0n || amount < depositMinimum) return 'below-minimum';
  return depositEnabled ? 'pending' : 'suspended';
}

function reservedAccount(nowMs: number): Row<'accounts'> {
  return newAccount(unattributedAccountId, unattributedAccountName, {}, null, nowMs);
}
