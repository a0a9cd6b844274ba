import { unwrap } from '../../command/outcome.ts';
import { formatUnits } from '../../contract/decimal.ts';
import { isRejection } from '../../contract/errors.ts';
import type { ValuesOf } from '../../contract/schema.ts';
import { subAccountAssets } from '../../contract/wapi/sub-account-assets.ts';
import { type pageParameters, subAccountList } from '../../contract/wapi/sub-account-list.ts';
import { subAccountTransfer } from '../../contract/wapi/sub-account-transfer.ts';
import { subAccountTransferHistory } from '../../contract/wapi/sub-account-transfer-history.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import { exactNumber } from '../exact-json.ts';
import { emailInForm, familyMember, historyRange, optionalEmail, pageNumbered } from '../family.ts';
import { implement } from '../handler.ts';

const defaultLimit = 500;
const pageOf = ({ page, limit = defaultLimit }: ValuesOf<typeof pageParameters>) => pageNumbered(page, limit);

export const subAccountListHandler = implement(subAccountList, async (values, { account }, { reads }) => {
  const filter = {
    email: optionalEmail(values.email),
    enabled: values.status === undefined ? undefined : values.status === 'enabled',
  };
  const rows = await reads.subAccounts(account.id, filter, pageOf(values));
  return {
    success: true,
    subAccounts: rows.map((row) => ({
      email: row.email,
      status: row.enabled ? 'enabled' : 'disabled',
      activated: row.activated,
      mobile: row.mobile,
      gAuth: row.googleAuth,
      createTime: row.createdAt,
    })),
  };
});

export const subAccountTransferHistoryHandler = implement(
  subAccountTransferHistory,
  async (values, { account }, parts) => {
    const member = await familyMember(values.email, account, parts);
    if (isRejection(member)) return member;
    const rows = await parts.reads.subAccountTransfers(
      member.id,
      historyRange(values, parts),
      pageOf(values),
    );
    return {
      success: true,
      transfers: rows.map((row) => ({
        from: row.fromEmail,
        to: row.toEmail,
        asset: row.asset,
        qty: formatUnits(row.amount, scaleOf(parts.catalog(), row.asset)),
        time: row.at,
      })),
    };
  },
);

export const subAccountTransferHandler = implement(
  subAccountTransfer,
  async (values, { account, notAfterMs }, { commands }) => {
    const outcome = unwrap(
      await commands.submit(
        'transferBetweenAccounts',
        {
          ...values,
          masterId: account.id,
          fromEmail: emailInForm(values.fromEmail),
          toEmail: emailInForm(values.toEmail),
        },
        notAfterMs,
      ),
    );
    return isRejection(outcome) ? outcome : { success: true, txnId: String(outcome.done.tranId) };
  },
);

export const subAccountAssetsHandler = implement(subAccountAssets, async (values, { account }, parts) => {
  const member = await familyMember(values.email, account, parts);
  if (isRejection(member)) return member;
  const where = {
    accountId: member.id,
    wallet: 'spot' as const,
    ...(values.symbol !== undefined && { asset: values.symbol }),
  };
  const rows = await parts.reads.rows('balances', where);
  return {
    success: true,
    balances: rows
      .filter((row) => row.free + row.held > 0n)
      .map((row) => ({
        asset: row.asset,
        free: exactNumber(row.free, scaleOf(parts.catalog(), row.asset)),
        locked: exactNumber(row.held, scaleOf(parts.catalog(), row.asset)),
      })),
  };
});
