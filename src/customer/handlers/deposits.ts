import { unwrap } from '../../command/outcome.ts';
import type { CustomerOperations } from '../../contract/customer-operations.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import { historyPageLimit } from '../../contract/wapi/history-parameters.ts';
import { networkNamed, networkOf } from '../../domain/catalog/catalog.ts';
import { depositStagesShown, depositWireStatus } from '../../domain/deposit/deposit-stage.ts';
import { exactNumber } from '../exact-json.ts';
import type { Handler } from '../handler.ts';

export const depositHistory: Handler<CustomerOperations['depositHistory']> = async (
  values,
  { account },
  parts,
) => {
  const { asset, status, startTime: from, endTime: to } = values;
  const rows = await parts.reads.deposits(
    account.id,
    { asset, stages: depositStagesShown(status), from, to },
    { limit: values.limit ?? historyPageLimit, offset: values.offset ?? 0 },
  );
  const scaleOf = (code: string) => parts.catalog().assets.get(code)?.scale ?? 8;
  return {
    depositList: rows.map((row) => ({
      insertTime: row.insertedAt,
      amount: exactNumber(row.amount, scaleOf(row.asset)),
      asset: row.asset,
      address: row.address,
      ...(row.addressTag !== '' && { addressTag: row.addressTag }),
      txId: row.txId,
      status: depositWireStatus(row.stage),
    })),
    success: true,
  };
};

export const depositAddress: Handler<CustomerOperations['depositAddress']> = async (
  values,
  { account },
  parts,
) => {
  const asset = parts.catalog().assets.get(values.asset);
  if (asset === undefined) return reject('asset-unknown');
  const network = networkOf(asset, values.network);
  if (network === undefined) return reject('parameter-invalid', { parameter: 'network' });
  const rules = networkNamed(parts.catalog(), network.network);
  const where = { accountId: account.id, addressGroup: rules.addressGroup };
  const issuedBefore = await parts.reads.rows('deposit_addresses', where);
  const known = issuedBefore.find((row) => row.retiredAt === null);
  if (known !== undefined) return render(known.address, known.addressTag);
  const proposed = await parts.chainService.newAddress(rules, account.id);
  const issued = unwrap(
    await parts.commands.submit('issueDepositAddress', {
      accountId: account.id,
      asset: asset.asset,
      network: network.network,
      proposed,
    }),
  );
  return isRejection(issued) ? issued : render(issued.done.address, issued.done.addressTag);

  function render(address: string, addressTag: string) {
    return { address, success: true, addressTag, asset: values.asset };
  }
};
