import { present } from '../../boundary/present.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/transfers.ts';
import type { OperatorInput } from '../../contract/operator-operation.ts';
import { exchangeAccounts, ledgerAccountsOf } from '../../domain/ledger/ledger.ts';
import type { MovementFilter, TransferListFilter } from '../../store/reads/lists.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { commonFilter, spellingsOf } from '../lists/list-filters.ts';
import { emptySlice, listPage } from '../lists/list-page.ts';
import {
  idsOf,
  type Movements,
  movementsNamed,
  movementsOf,
  movementWithId,
  placesOf,
} from '../lists/movements.ts';
import { viewTransfers } from '../views/transfer-view.ts';

type Query = OperatorInput<typeof operations.listTransfers>['query'];

export const listTransfers = implement(operations.listTransfers, async ({ query }, _operator, parts) => {
  const filter = await filterOf(query, parts);
  if (isRejection(filter)) return filter;
  const page = await listPage(parts, 'listTransfers', query, (window) =>
    filter === 'nothing' ? emptySlice : parts.reads.listedTransfers(filter, window),
  );
  if (isRejection(page)) return page;
  const { rows, ...end } = page;
  return { transfers: await viewTransfers(parts, rows), ...end };
});

async function filterOf(query: Query, parts: OperatorParts) {
  const { reference, kind, stage, address } = query;
  const common = await commonFilter('transfers', query, parts);
  if (isRejection(common)) return common;
  const { accountId, network, ...rest } = common;
  const named = await movementsNamed(query, parts);
  if (isRejection(named)) return named;
  const addresses = address === undefined ? undefined : spellingsOf(parts, network, address);
  const known = await knownMovements(named, addresses, reference, parts);
  const ids = named && idsOf(named);
  if (known !== undefined && idsOf(known).length === 0) return 'nothing';
  const movement: MovementFilter = { network, stages: stage && [stage], addresses, ids };
  const filter: TransferListFilter = {
    ...rest,
    reference,
    kinds: kind === undefined ? undefined : [kind],
    ledgerAccounts:
      accountId === undefined
        ? undefined
        : [...ledgerAccountsOf(accountId), exchangeAccounts.owed(accountId)],
    movement: Object.values(movement).every((value) => value === undefined) ? undefined : movement,
    places: known && (await placesOf(known, parts)),
  };
  return filter;
}

/** The movements to which all transfers belong, if the filters say so and there are not too many. */
async function knownMovements(
  named: Movements | undefined,
  addresses: readonly string[] | undefined,
  reference: string | undefined,
  parts: OperatorParts,
): Promise<Movements | undefined> {
  if (named !== undefined) return named;
  const referred = reference === undefined ? undefined : await movementWithId(reference, parts);
  if (referred !== undefined) return referred;
  return addresses && movementsOf({ addresses }, parts);
}

export const getTransfer = implement(operations.getTransfer, async ({ path: { seq } }, _operator, parts) => {
  const row = await parts.reads.row('transfers', { seq: Number(seq) });
  if (row === undefined) return reject('operator-not-found', { what: `transfer ${seq}` });
  const [view] = await viewTransfers(parts, [row]);
  return present(view);
});
