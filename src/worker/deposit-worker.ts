/** Follows the confirmations of deposits: pending, credited, free. */
import type { Chain } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

const pageSize = 256;

export type DepositWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chain: Chain;
};

/** Looks at every deposit of a network that is not yet free. */
export async function followDeposits(
  { reads, commands, chain }: DepositWorkerParts,
  network: string,
): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await reads.depositsInProgress(network, after, pageSize);
    await confirm(rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.seq;
  }

  async function confirm(rows: readonly Row<'deposits'>[]): Promise<void> {
    const states = await chain.find(
      network,
      rows.map((row) => row.tx_id),
    );
    await Promise.all(
      rows.map((row, index) => {
        const state = states[index];
        if (state?.state !== 'confirmed' || state.confirmations === row.confirmations) return undefined;
        return commands.submit('confirmDeposit', { id: row.id, confirmations: state.confirmations });
      }),
    );
  }
}
