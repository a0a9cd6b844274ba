import { isRejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/transfers.ts';
import { exchangeAccounts, ledgerAccountsOf } from '../../domain/ledger/ledger.ts';
import type { TransferListFilter } from '../../store/reads/lists.ts';
import { implement } from '../handler.ts';
import { commonFilter } from '../lists/list-filters.ts';
import { listPage } from '../lists/list-page.ts';
import { viewTransfers } from '../views/transfer-view.ts';

export const listTransfers = implement(operations.listTransfers, async ({ query }, _operator, parts) => {
  const common = await commonFilter('transfers', query, parts);
  if (isRejection(common)) return common;
  const { accountId, ...rest } = common;
  const filter: TransferListFilter = {
    ...rest,
    reference: query.reference,
    kinds: query.kind === undefined ? undefined : [query.kind],
    ledgerAccounts:
      accountId === undefined
        ? undefined
        : [...ledgerAccountsOf(accountId), exchangeAccounts.owed(accountId)],
  };
  const page = await listPage(parts, 'listTransfers', query, (window) =>
    parts.reads.listedTransfers(filter, window),
  );
  if (isRejection(page)) return page;
  const { rows, ...end } = page;
  return { transfers: await viewTransfers(parts, rows), ...end };
});

export const getTransfer = implement(operations.getTransfer, async ({ path: { seq } }, _operator, parts) => {
  const row = await parts.reads.row('transfers', { seq: Number(seq) });
  if (row === undefined) return reject('operator-not-found', { what: `transfer ${seq}` });
  const [view] = await viewTransfers(parts, [row]);
  return view as NonNullable<typeof view>;
});
