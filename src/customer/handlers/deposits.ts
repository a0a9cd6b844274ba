import { unwrap } from '../../command/outcome.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import type { ReplyOf } from '../../contract/operation.ts';
import { depositAddress } from '../../contract/wapi/deposit-address.ts';
import { depositHistory } from '../../contract/wapi/deposit-history.ts';
import { historyPageLimit } from '../../contract/wapi/history-parameters.ts';
import { networkNamed, networkOf, scaleOf } from '../../domain/catalog/catalog.ts';
import { depositStagesShown, depositWireStatus } from '../../domain/deposit/deposit-stage.ts';
import type { Row } from '../../store/tables.ts';
import { exactNumber } from '../exact-json.ts';
import { type HandlerParts, implement } from '../handler.ts';

export const depositHistoryHandler = implement(depositHistory, async (values, { account }, parts) => {
  const { asset, status, startTime: from, endTime: to } = values;
  const rows = await parts.reads.deposits(
    account.id,
    { asset, stages: depositStagesShown(status), from, to },
    { limit: values.limit ?? historyPageLimit, offset: values.offset ?? 0 },
  );
  return { depositList: rows.map((row) => renderDeposit(row, parts)), success: true };
});

type DepositView = ReplyOf<typeof depositHistory>['depositList'][number];

/** The deposit has a stage that customers see. */
function renderDeposit(row: Row<'deposits'>, { catalog }: HandlerParts): DepositView {
  const status = depositWireStatus(row.stage);
  if (status === null) throw new Error(`customers do not see a deposit that is ${row.stage}`);
  return {
    insertTime: row.insertedAt,
    amount: exactNumber(row.amount, scaleOf(catalog(), row.asset)),
    asset: row.asset,
    address: row.address,
    ...(row.addressTag !== '' && { addressTag: row.addressTag }),
    txId: row.txId,
    status,
  };
}

export const depositAddressHandler = implement(depositAddress, async (values, { account }, parts) => {
  const asset = parts.catalog().assets.get(values.asset);
  if (asset === undefined) return reject('asset-unknown', { asset: values.asset });
  const network = networkOf(asset, values.network);
  if (network === undefined)
    return reject('network-unknown', { network: values.network ?? '', asset: asset.asset });
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

  function render(address: string, addressTag: string): ReplyOf<typeof depositAddress> {
    return { address, success: true, addressTag, asset: values.asset };
  }
});
