/** Conditions on rows that name a withdrawal or a deposit: the transfers of the ledger, and the audit trail. */
import type { AuditListFilter, MovementFilter, TransferListFilter } from '../../reads/lists.ts';
import { among, merged, stagesAmong } from './list-plan.ts';
import { amountConditions } from './list-slice.ts';
import { addKeys, type Conditions, conditions, inList } from './statement-parts.ts';

const both = ['withdrawals', 'deposits'] as const;

/** The row of a withdrawal or a deposit is found by its unique id, never by the other conditions. */
function isMovement(column: string, filter: MovementFilter): Conditions {
  const { accountId, asset, network, stages, addresses, ids } = filter;
  const where = merged(
    among('id', ids),
    conditions(['account_id = ?', accountId], ['asset = ?', asset], ['network = ?', network]),
    stagesAmong(stages),
    among('address', addresses),
    amountConditions(filter),
  );
  return {
    sql: both.map(
      (table) => `(SELECT ${where.sql.join(' AND ')} FROM ${table} WHERE id = candidates.${column})`,
    ),
    parameters: [...where.parameters, ...where.parameters],
  };
}

const either = ({ sql, parameters }: Conditions): Conditions => ({
  sql: [`(${sql.join(' OR ')})`],
  parameters,
});
const together = ({ sql, parameters }: Conditions): Conditions => ({
  sql: [`(${sql.join(' AND ')})`],
  parameters,
});
const isOnly = (filter: MovementFilter, names: readonly string[]) =>
  Object.entries(filter).every(([name, value]) => value === undefined || names.includes(name));

export function ofMovement(filter: NonNullable<TransferListFilter['movement']>): Conditions {
  const belongs = isMovement('reference', filter);
  const { network } = filter;
  if (network === undefined || !isOnly(filter, ['network'])) return either(belongs);
  const custody = `custody:${network}`;
  return either(merged(belongs, { sql: ['debit = ?', 'credit = ?'], parameters: [custody, custody] }));
}

/** The codes of assets and networks are often equal, so the kind of change says which of them a subject is. */
const ofAssets = ['asset-put', 'price-put'];
const ofNetworks = ['network-put', 'address-import', 'chain-mine', 'chain-reorganise'];

export function aboutMovement({ email, ...movement }: NonNullable<AuditListFilter['about']>): Conditions {
  const belongs = isMovement('subject', movement);
  if (!isOnly(movement, ['accountId', 'asset', 'network', 'addresses'])) return either(belongs);
  const { asset, network, addresses } = movement;
  const itself = together(
    merged(
      conditions(['subject = ?', email]),
      asset === undefined ? none : named('asset', [asset], ofAssets),
      network === undefined ? none : named('network', [network], ofNetworks),
      addresses === undefined ? none : mentions('address', addresses),
    ),
  );
  return either(merged(belongs, itself));
}

const none: Conditions = { sql: [], parameters: [] };

function named(field: string, codes: readonly string[], actions: readonly string[]): Conditions {
  const subject: Conditions = { sql: [inList('action', actions)], parameters: [...actions] };
  addKeys(subject, 'subject', codes);
  return either(merged(together(subject), mentions(field, codes)));
}

/** The condition that the details have a field with one of these values, at any depth. */
function mentions(field: string, values: readonly string[]): Conditions {
  // The only function that finds an exact text on both databases.
  const one = "replace(details, ?, '') <> details";
  return either({
    sql: values.map(() => one),
    parameters: values.map((value) => `${JSON.stringify(field)}:${JSON.stringify(value)}`),
  });
}
