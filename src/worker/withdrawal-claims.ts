/**
 * Claims withdrawals for the chain and sends those that it got. The claim that stores the transaction commits before
 * anything is sent; what a crash left between the two is found by the sweep and sent again, the same bytes.
 */
import type { Chain } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import { isRejection } from '../contract/errors.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Row } from '../store/tables.ts';

type Withdrawal = Row<'withdrawals'>;

export type ClaimParts = {
  readonly commands: Commands;
  readonly chain: Pick<Chain, 'prepare' | 'broadcast'>;
  readonly catalog: () => Catalog;
};

/**
 * In the order of the rows. `inTurn`: each only when the one before it no longer waits for liquidity.
 * @returns of each whether it has left the stage, or the line, that it was found in.
 */
export async function claimAndSend(
  parts: ClaimParts,
  rows: readonly Withdrawal[],
  inTurn = false,
): Promise<readonly boolean[]> {
  const previous = (index: number) => (inTurn ? rows[index - 1]?.id : undefined);
  const claims = await Promise.all(rows.map((row, index) => claim(parts, row, previous(index))));
  await send(
    parts.chain,
    claims.flatMap(({ claimed }) => claimed),
  );
  return claims.map(({ moved }) => moved);
}

export async function send(
  chain: Pick<Chain, 'broadcast'>,
  rows: readonly Pick<Withdrawal, 'network' | 'signedTransaction'>[],
): Promise<void> {
  for (const [network, group] of Map.groupBy(rows, (row) => row.network)) {
    await chain.broadcast(
      network,
      group.map((row) => row.signedTransaction as string),
    );
  }
}

type Claim = { readonly moved: boolean; readonly claimed: readonly Withdrawal[] };

async function claim(parts: ClaimParts, row: Withdrawal, previousId: string | undefined): Promise<Claim> {
  const transaction = prepare(parts, row);
  const outcome = await parts.commands.submit('broadcastWithdrawal', {
    withdrawal: row,
    previousId,
    transaction,
  });
  if (!('done' in outcome)) return { moved: isRejection(outcome), claimed: [] };
  if (outcome.done === 'own-address') return { moved: await settleInside(parts, row), claimed: [] };
  const isClaimed = outcome.done === 'broadcast' && transaction !== null;
  const claimed = isClaimed ? [{ ...row, signedTransaction: transaction.signedTransaction }] : [];
  return { moved: outcome.done !== 'unchanged', claimed };
}

async function settleInside({ commands }: ClaimParts, { id }: Withdrawal): Promise<boolean> {
  const outcome = await commands.submit('settleInside', { id });
  return 'done' in outcome ? outcome.done !== 'unchanged' : isRejection(outcome);
}

function prepare({ catalog, chain }: ClaimParts, row: Withdrawal) {
  const rules = catalog().networks.get(row.network);
  if (rules === undefined) return null;
  return chain.prepare({
    withdrawalId: row.id,
    network: row.network,
    rules,
    asset: row.asset,
    address: row.address,
    addressTag: row.addressTag,
    amount: row.amount - row.fee,
  });
}
