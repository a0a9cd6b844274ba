/** Actions of operators of the lab on transactions of the simulated chains. */
import { hash } from 'node:crypto';
import type { ChainControl, NewOutput, WaitingTransaction } from '../chain/port.ts';
import type {
  ChainService,
  ControlledTransaction,
  TransactionAction,
  TransactionTarget,
} from '../chain/service.ts';
import type { Operator } from '../command/unit-of-work.ts';
import { isRejection, type OperatorCommandErrorId, type Rejection, reject } from '../contract/errors.ts';
import { deriveTransactionId } from '../domain/address/address.ts';
import { isFinal } from '../domain/withdrawal/withdrawal-stage.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { ignoreNodeFault } from './chain-changed.ts';
import { failWithdrawal, resendWithdrawal } from './sent-withdrawals.ts';
import { paymentOf, withAttempts } from './withdrawal-attempts.ts';
import { claimAndSend } from './withdrawal-claims.ts';
import type { FailureParts } from './withdrawal-failures.ts';

export type ControlParts = FailureParts & {
  readonly control: ChainControl;
  /** Records the state on the chain of the deposits of a network. */
  readonly follow: (network: string) => Promise<void>;
  readonly receive: (output: NewOutput) => Promise<Outcome<object, OperatorCommandErrorId>>;
};

type Result = Outcome<ControlledTransaction, OperatorCommandErrorId>;

export type TransactionControl = {
  readonly target: TransactionTarget;
  readonly action: TransactionAction;
  readonly operator: Operator;
};

export async function controlTransaction(parts: ControlParts, given: TransactionControl): Promise<Result> {
  const withdrawal = await withdrawalOf(parts, given.target);
  if (withdrawal !== undefined)
    return isRejection(withdrawal) ? withdrawal : controlWithdrawal(parts, withdrawal, given);
  // Only a target with a transaction may have no withdrawal.
  // cast: one of a withdrawal has returned above.
  const { network, txId } = given.target as Extract<TransactionTarget, { txId: string }>;
  const waiting = await parts.control.waiting(network);
  const outputs = waiting.filter((each) => each.txId === txId && each.direction === 'in');
  return outputs.length === 0 ? notWaiting(network, txId) : controlIncoming(parts, network, outputs, given);
}

/** @returns undefined for a transaction that pays no withdrawal. */
async function withdrawalOf(
  { reads }: ControlParts,
  target: TransactionTarget,
): Promise<Row<'withdrawals'> | Rejection<OperatorCommandErrorId> | undefined> {
  if ('withdrawalId' in target) {
    const { withdrawalId: id, network } = target;
    const row = await reads.row('withdrawals', { id });
    const isThere = row !== undefined && (network === undefined || row.network === network);
    return isThere ? row : reject('withdrawal-unknown', { id });
  }
  const { network, txId } = target;
  const [row] = await reads.withdrawalsOfTransactions(network, [txId]);
  if (row !== undefined) return row;
  const [attempt] = await reads.attemptsOfTransactions(network, [txId]);
  return attempt && reads.row('withdrawals', { id: attempt.withdrawalId });
}

async function controlWithdrawal(
  parts: ControlParts,
  row: Row<'withdrawals'>,
  { action, operator }: TransactionControl,
): Promise<Result> {
  const { control } = parts;
  const { id, network } = row;
  if (action === 'fail' || action === 'replace') {
    // A chain refuses a transaction that it has received. Otherwise it would depend on the speed of the workers whether
    // the withdrawal fails before or after it is sent.
    if (action === 'fail' && row.stage === 'queued') await claimAndSend(parts, [row]).catch(ignoreNodeFault);
    const outcome = await (action === 'fail' ? failWithdrawal : resendWithdrawal)(parts, id, operator);
    if (!('done' in outcome)) return outcome;
    return { done: { network, txId: outcome.done.txId, withdrawalId: id } };
  }
  const txIds = await transactionsOf(parts, row);
  const txId = txIds.at(-1);
  if (txId === undefined) return reject('network-unknown', { network });
  const done = { network, txId, withdrawalId: id };
  if (action === 'release') {
    for (const each of txIds) await control.releaseTransaction(network, each);
    return { done };
  }
  if (isFinal(row.stage)) return notWaiting(network, txId);
  if (action === 'hold') await control.holdTransaction(network, txId);
  else if (!(await control.dropTransaction(network, txId))) return notWaiting(network, txId);
  return { done };
}

/** In the order in which they were prepared. The same payment always yields the same transaction. */
async function transactionsOf(
  { chains, reads, catalog }: ControlParts,
  row: Row<'withdrawals'>,
): Promise<readonly string[]> {
  const [sent] = row.stage === 'broadcast' ? await withAttempts(reads, [row]) : [];
  if (sent !== undefined) return sent.attempts.map(({ txId }) => txId);
  const payment = paymentOf(catalog(), row);
  const prepared = payment && (await chains.of(row.network).prepare(payment));
  return prepared === null ? [] : [prepared.txId];
}

async function controlIncoming(
  { control, catalog, follow, receive }: ControlParts,
  network: string,
  outputs: readonly WaitingTransaction[],
  { action, operator }: TransactionControl,
): Promise<Result> {
  const txId = outputs[0]?.txId ?? '';
  const done = { network, txId, withdrawalId: null };
  if (action === 'hold') await control.holdTransaction(network, txId);
  else if (action === 'release') await control.releaseTransaction(network, txId);
  else {
    const isGone =
      action === 'fail'
        ? await control.failTransaction(network, txId, operator.reason)
        : await control.dropTransaction(network, txId);
    if (!isGone) return notWaiting(network, txId);
    await follow(network);
  }
  const rules = catalog().networks.get(network);
  if (action !== 'replace' || rules === undefined) return { done };
  const newId = deriveTransactionId(rules, seedOf(txId));
  for (const { direction: _, withdrawalId: __, held: ___, ...output } of outputs) {
    const received = await receive({ ...output, network, txId: newId });
    if (!('done' in received)) return received;
  }
  return { done: { ...done, txId: newId } };
}

/** The same transaction is always replaced by the same one. */
function seedOf(txId: string): Uint8Array {
  return hash('sha256', `instead of ${txId}`, 'buffer');
}

function notWaiting(network: string, txId: string): Rejection<'transaction-not-waiting'> {
  return reject('transaction-not-waiting', { network, txId });
}

/** Blocks that are made meanwhile move the transaction deeper; the next try removes these too. */
const tries = 3;

/** Removes the blocks from that of a transaction on. @returns whether it was in a block. */
export async function reorganiseAway(
  { chains }: FailureParts,
  reorganise: ChainService['reorganise'],
  { network, ...output }: Parameters<ChainService['reorganiseAway']>[0],
  drop: Parameters<ChainService['reorganiseAway']>[1],
): Promise<boolean> {
  const chain = chains.of(network);
  let isInBlock = false;
  for (let left = tries; left > 0; left -= 1) {
    const [[sent], [received]] = [await chain.find([output.txId]), await chain.findIncoming([output])];
    const state = [sent, received].find((each) => each?.state === 'confirmed');
    if (state?.state !== 'confirmed') return isInBlock;
    isInBlock = true;
    await reorganise(network, state.confirmations, drop);
  }
  return isInBlock;
}
