/**
 * The connector of a network whose payments are sent, and whose deposits are reported, by people or by an external signer.
 * It answers from the reports in the store and contacts no node.
 */
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import type { ChainConnector, OutputKey, TransactionState } from '../port.ts';

type ReportedReads = Pick<Reads, 'attemptsOfTransactions' | 'row' | 'freeAddresses'>;

/** Proposals are spread over this many addresses, because several customers may ask at the same time. */
const proposals = 100;

export function manualConnector(reads: ReportedReads, network: string): ChainConnector {
  return {
    async newAddress({ addressGroup }, accountId) {
      const free = await reads.freeAddresses(addressGroup, proposals);
      const chosen = free[accountId % free.length];
      return chosen === undefined ? null : { address: chosen.address, addressTag: chosen.addressTag };
    },
    prepare: async () => null,
    broadcast: async () => {},
    async find(txIds) {
      const reported = await reads.attemptsOfTransactions(network, [...new Set(txIds)]);
      return txIds.map((txId) => stateOfAttempt(reported.find((each) => each.txId === txId)));
    },
    findIncoming: (outputs) => Promise.all(outputs.map((output) => stateOfOutput(reads, network, output))),
    confirmedBetween: async () => [],
    positionSince: async () => ({ position: '', height: 0, keptHeight: 0 }),
    incomingFrom: async () => [],
  };
}

function stateOfAttempt(attempt: Row<'withdrawal_attempts'> | undefined): TransactionState {
  if (attempt === undefined) return { state: 'absent' };
  if (attempt.state === 'failed') return { state: 'failed', failure: 'It was reported that it failed.' };
  const confirmations = attempt.confirmations ?? 0;
  return confirmations === 0 ? { state: 'pending' } : { state: 'confirmed', confirmations, height: 0 };
}

async function stateOfOutput(
  reads: ReportedReads,
  network: string,
  { txId, outputIndex, asset }: OutputKey,
): Promise<TransactionState> {
  const deposit = await reads.row('deposits', { network, txId, outputIndex, asset });
  if (deposit === undefined || deposit.stage === 'vanished') return { state: 'absent' };
  const { confirmations, blockHeight: height } = deposit;
  return height === null ? { state: 'pending' } : { state: 'confirmed', confirmations, height };
}
