/** Reorganises away the blocks of the newest deposit or withdrawal of an account. */
import type { ChainService } from '../../chain/service.ts';
import { depositStagesShown } from '../../contract/deposit-status.ts';
import { isInternalTransfer } from '../../domain/ledger/internal-transfer.ts';
import type { Reads } from '../../store/reads.ts';
import { showsDeposits } from '../operations.ts';

type Parts = {
  readonly reads: Pick<Reads, 'deposits' | 'withdrawals'>;
  readonly chainService: Pick<ChainService, 'mineBlocks' | 'reorganiseAway'>;
};

type Output = Parameters<ChainService['reorganiseAway']>[0];

/** The newest deposits or withdrawals, in which the one to reorganise away is looked for. */
const tried = { limit: 20, offset: 0, newestFirst: true };

/** Does nothing if none of them is in a block. */
export async function reorganiseNewest(
  { reads, chainService }: Parts,
  kind: 'reorg' | 'reorg-after-credit',
  { accountId, operation }: { readonly accountId: number | null; readonly operation: string },
): Promise<void> {
  if (accountId === null) return;
  const outputs = showsDeposits(operation)
    ? await depositsOf(reads, accountId, kind === 'reorg' ? depositStagesShown() : ['credited', 'completed'])
    : await withdrawalsOf(reads, accountId);
  for (const output of outputs) {
    const isAway = await chainService.reorganiseAway(output, kind === 'reorg' ? 'none' : 'incoming');
    if (!isAway) continue;
    if (kind === 'reorg') await chainService.mineBlocks(output.network, 1);
    return;
  }
}

async function depositsOf(
  reads: Parts['reads'],
  accountId: number,
  stages: readonly string[],
): Promise<readonly Output[]> {
  const rows = await reads.deposits(accountId, { stages }, tried);
  return rows.filter(({ blockHeight }) => blockHeight !== null);
}

async function withdrawalsOf(reads: Parts['reads'], accountId: number): Promise<readonly Output[]> {
  const rows = await reads.withdrawals(accountId, { stages: ['broadcast', 'completed'] }, tried);
  return rows
    .filter(({ txId }) => !isInternalTransfer(txId))
    .map(({ network, txId, asset }) => ({ network, txId, outputIndex: 0, asset }));
}
