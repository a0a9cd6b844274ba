import { isRejection, reject } from '../../contract/errors.ts';
import type { OperatorOperations } from '../../contract/operator/index.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { canonicalTransactionId, deriveTransactionId } from '../../domain/address/address.ts';
import { networkOf } from '../../domain/catalog.ts';
import { settled } from '../../edge/handler.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorHandler, OperatorParts } from '../handler.ts';
import { invalid } from '../operator-input.ts';
import { accountNamed, amountText, emailsOf, pageOf, unitsFrom } from './subject.ts';

type DepositView = OperatorReply<OperatorOperations['createDeposit']>;

export const createDeposit: OperatorHandler<OperatorOperations['createDeposit']> = async (
  { body },
  operator,
  parts,
) => {
  const asset = parts.catalog().assets.get(body.asset);
  if (asset === undefined) return reject('operator-not-found', { what: `asset ${body.asset}` });
  const network = networkOf(asset, body.network);
  if (network === undefined)
    return reject('operator-not-found', { what: `network ${body.network} of ${body.asset}` });
  const amount = unitsFrom(body.amount, 'body.amount', asset);
  if (isRejection(amount)) return amount;
  if (amount === 0n) return invalid('body.amount: must be above zero');
  const txId = canonicalTransactionId(network, body.txId ?? deriveTransactionId(network, parts.randomSeed()));
  if (txId === null) return invalid(`body.txId: is not a transaction id of ${network.network}`);
  const { address, addressTag = '' } = body;
  const transaction = { network: network.network, txId, asset: asset.asset, address, addressTag, amount };
  const outcome = settled(await parts.desk.receiveDeposit(transaction, operator));
  if (isRejection(outcome)) return outcome;
  const row = (await parts.reads.row('deposits', { id: outcome.done.id })) as Row<'deposits'>;
  if (row.amount !== amount)
    return reject('operator-conflict', { reason: `Transaction ${txId} has another amount.` });
  const [view] = await viewDeposits(parts, [row]);
  return view as DepositView;
};

export const listDeposits: OperatorHandler<OperatorOperations['listDeposits']> = async (
  { query },
  _operator,
  parts,
) => ({ deposits: await viewDeposits(parts, await parts.reads.latest('deposits', pageOf(query))) });

export const putDepositAddress: OperatorHandler<OperatorOperations['putDepositAddress']> = async (
  { path: { email }, body: { reason: _, ...assignment } },
  operator,
  parts,
) => {
  const outcome = settled(
    await parts.commands.submit('assignDepositAddress', { ...assignment, operator, email }),
  );
  if (isRejection(outcome)) return outcome;
  const account = await accountNamed(parts, email);
  if (isRejection(account)) return account;
  const { asset, network } = assignment;
  const where = { account_id: account.id, asset, network };
  const row = (await parts.reads.row('deposit_addresses', where)) as Row<'deposit_addresses'>;
  return {
    email: account.email,
    asset,
    network,
    address: row.address,
    addressTag: row.address_tag,
    createdAt: row.created_at,
  };
};

async function viewDeposits(parts: OperatorParts, rows: readonly Row<'deposits'>[]): Promise<DepositView[]> {
  const emailOf = await emailsOf(
    parts.reads,
    rows.map((row) => row.account_id),
  );
  return rows.map((row) => ({
    id: row.id,
    email: emailOf(row.account_id),
    asset: row.asset,
    network: row.network,
    address: row.address,
    addressTag: row.address_tag,
    amount: amountText(parts, row.asset, row.amount),
    txId: row.tx_id,
    status: row.status,
    confirmations: row.confirmations,
    insertTime: row.inserted_at,
  }));
}
