import { unwrap } from '../../command/outcome.ts';
import { formatUnits } from '../../contract/decimal.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { subAccountAssets } from '../../contract/wapi/sub-account-assets.ts';
import { subAccountList } from '../../contract/wapi/sub-account-list.ts';
import { subAccountTransfer } from '../../contract/wapi/sub-account-transfer.ts';
import { subAccountTransferHistory } from '../../contract/wapi/sub-account-transfer-history.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { Row } from '../../store/tables.ts';
import { exactNumber } from '../exact-json.ts';
import { type HandlerParts, implement } from '../handler.ts';

const defaultLimit = 500;
const dayMs = 86_400_000;
/** spec: the history covers the last 100 days unless a range is given. */
const historyDays = 100;

type Paging = { readonly page: number | undefined; readonly limit: number | undefined };

function pageOf({ page = 1, limit = defaultLimit }: Paging) {
  return { limit, offset: (page - 1) * limit };
}

/**
 * A `+` in a form decodes to a space, but clients send e-mails such as `trader+1@…` unencoded. No e-mail has a space.
 */
const emailInForm = (email: string) => normaliseEmail(email).replaceAll(' ', '+');

export const subAccountListHandler = implement(subAccountList, async (values, { account }, { reads }) => {
  const filter = {
    email: values.email === undefined ? undefined : emailInForm(values.email),
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
    const to = values.endTime ?? Number.MAX_SAFE_INTEGER;
    const from = values.startTime ?? (values.endTime ?? parts.clock.world.now()) - historyDays * dayMs;
    const rows = await parts.reads.subAccountTransfers(member.id, { from, to }, pageOf(values));
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

/** @returns the account with this e-mail if it is the master or one of its sub-accounts. */
async function familyMember(
  email: string,
  master: Row<'accounts'>,
  { reads }: HandlerParts,
): Promise<Row<'accounts'> | Rejection<'sub-account-unrelated'>> {
  const row = await reads.row('accounts', { email: emailInForm(email) });
  return row !== undefined && (row.id === master.id || row.masterId === master.id)
    ? row
    : reject('sub-account-unrelated');
}
