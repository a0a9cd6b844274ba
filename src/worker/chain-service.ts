/** Executes requests to the chains, and immediately records their effects in the ledger. */
import type { ChainControl, ChainService, NewOutput, ReceivedDeposit } from '../chain/port.ts';
import { differs } from '../command/deposit/deposit-observe.ts';
import type { Operator } from '../command/unit-of-work.ts';
import { nextAttempt } from '../command/withdrawal/withdrawal-attempt.ts';
import { isFailing } from '../command/withdrawal/withdrawal-fail.ts';
import { isRejection, type OperatorCommandErrorId, reject } from '../contract/errors.ts';
import type { Idempotency } from '../contract/idempotency.ts';
import { isFinal } from '../domain/withdrawal/withdrawal-stage.ts';
import { type Outcome, StoreFault } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { differenceOf, observe } from './deposit-observation.ts';
import { findStates, paymentOf, withAttempts } from './withdrawal-attempts.ts';
import { carryOutFailure, type FailureParts } from './withdrawal-failures.ts';

type OperatorOutcome<R> = Outcome<R, OperatorCommandErrorId>;

export type ChainServiceParts = Omit<FailureParts, 'control'> & {
  readonly control: ChainControl;
  /** Settles withdrawals and credits deposits that a network's new blocks have confirmed. */
  readonly followBlocks: (network: string) => Promise<void>;
};

export function createChainService(parts: ChainServiceParts): ChainService {
  const { chains, control, followBlocks } = parts;
  const follow = (network: string) => followBlocks(network).catch(outcomeUnknown);
  return {
    newAddress: (network, accountId) => chains.of(network.network).newAddress(network, accountId),
    heights: () => control.heights(),
    receiveDeposit: (output, operator, idempotency) => receiveOnce(parts, output, operator, idempotency),
    async mineBlocks(network, count) {
      const height = await control.mine(network, count);
      await follow(network);
      return height;
    },
    async reorganise(network, count, drop) {
      const height = await control.reorganise(network, count, drop);
      if (height !== null) await follow(network);
      return height;
    },
    failWithdrawal: (id, operator) => failWithdrawal(parts, id, operator),
    resendWithdrawal: (id, operator) => resendWithdrawal(parts, id, operator),
    async holdWithdrawal(id) {
      const first = await firstTransactionOf(parts, id);
      if (first === undefined || isFinal(first.row.stage)) return false;
      await control.holdTransaction(first.row.network, first.txId);
      return true;
    },
    async releaseWithdrawal(id) {
      const first = await firstTransactionOf(parts, id);
      if (first !== undefined) await control.releaseTransaction(first.row.network, first.txId);
    },
  };
}

/** Adds a deposit to the chain and records it; with an idempotency key, at most once for each key. */
async function receiveOnce(
  parts: ChainServiceParts,
  output: NewOutput,
  operator: Operator | undefined,
  idempotency: Idempotency | undefined,
): Promise<OperatorOutcome<ReceivedDeposit>> {
  if (idempotency === undefined) return receive(parts, output, operator, undefined);
  // Reserved before the chain is called, so that a request with other content under the same key has no effect there.
  const reserved = await parts.commands.submit('reserveIdempotencyKey', idempotency);
  if (!('done' in reserved)) return reserved;
  const outcome = await receive(parts, output, operator, idempotency);
  if (isRejection(outcome)) await parts.commands.submit('releaseIdempotencyKey', idempotency);
  return outcome;
}

async function receive(
  { reads, catalog, control, commands }: ChainServiceParts,
  given: NewOutput,
  operator: Operator | undefined,
  idempotency: Idempotency | undefined,
): Promise<OperatorOutcome<ReceivedDeposit>> {
  const output = { outputIndex: 0, remainder: '0', ...given };
  const observation = await observe(reads, catalog(), output);
  if (observation === undefined) {
    return reject('deposit-address-unknown', { address: output.address, network: output.network });
  }
  const stored = await control.receive({ ...output, txId: observation.txId });
  if (stored === null) return reject('transaction-is-withdrawal', { txId: observation.txId });
  const difference = differenceOf(catalog(), stored, output);
  if (difference !== undefined) return differs(observation, difference);
  return unknownIfNotDone(await commands.submit('observeDeposit', { ...observation, operator, idempotency }));
}

async function failWithdrawal(
  parts: ChainServiceParts,
  id: string,
  operator: Operator,
): Promise<OperatorOutcome<Row<'withdrawals'>>> {
  const decided = await parts.commands.submit('failWithdrawal', { id, operator });
  if (!('done' in decided) || !isFailing(decided.done)) return decided;
  // If this fails, the sweep carries it out.
  const outcome = await carryOutFailure(parts, decided.done).catch(outcomeUnknown);
  return unknownIfNotDone(outcome);
}

async function resendWithdrawal(
  parts: ChainServiceParts,
  id: string,
  operator: Operator,
): Promise<OperatorOutcome<Row<'withdrawals'>>> {
  const { chains, reads, catalog, commands } = parts;
  const row = await reads.row('withdrawals', { id });
  if (row === undefined) return reject('withdrawal-unknown', { id });
  if (await isConfirmed(parts, row)) return reject('withdrawal-confirmed', { id });
  const attempt = nextAttempt(await reads.rows('withdrawal_attempts', { withdrawalId: id }));
  const payment = paymentOf(catalog(), row, attempt);
  if (payment === null) return reject('network-unknown', { network: row.network });
  const transaction = await chains.of(row.network).prepare(payment);
  const outcome = await commands.submit('addWithdrawalAttempt', { id, attempt, transaction, operator });
  // The attempt is committed; if sending fails, the sweep sends it.
  if ('done' in outcome)
    await chains.of(row.network).broadcast([transaction.signedTransaction]).catch(outcomeUnknown);
  return outcome;
}

/** The same payment always yields the same transaction, so its id is known before it is sent. */
async function firstTransactionOf({ chains, reads, catalog }: ChainServiceParts, id: string) {
  const row = await reads.row('withdrawals', { id });
  const payment = row && paymentOf(catalog(), row, 1);
  if (row === undefined || !payment) return undefined;
  return { row, txId: (await chains.of(row.network).prepare(payment)).txId };
}

async function isConfirmed({ chains, reads }: ChainServiceParts, row: Row<'withdrawals'>): Promise<boolean> {
  if (row.stage !== 'broadcast') return false;
  const [found] = await findStates(chains, row.network, await withAttempts(reads, [row]));
  return found?.states.some(({ state }) => state === 'confirmed') ?? false;
}

/** The chain has changed already, or the decision to change it is committed. */
function outcomeUnknown(error: unknown): never {
  throw error instanceof StoreFault ? new StoreFault('unknown', error.message, error) : error;
}

/** The chain has changed already. If the command was not done, a worker will record the change later: unknown. */
function unknownIfNotDone<R>(outcome: OperatorOutcome<R>): OperatorOutcome<R> {
  return 'fault' in outcome && outcome.fault === 'not-done' ? { ...outcome, fault: 'unknown' } : outcome;
}
