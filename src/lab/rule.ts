/** A rule of the lab: which requests it matches, and the fault that it then fires. */
import type { RequestContext } from '../customer/request-context.ts';
import { type Catalog, networkOf } from '../domain/catalog/catalog.ts';
import type { Fault } from './fault.ts';
import { isOfKind, operationNames, withdrawals } from './operations.ts';
import type { OperationKind } from './preset.ts';

/** All of them must apply; a condition that is absent always applies. */
export type Conditions = {
  /** A name of `operations.ts`. */
  readonly operation?: string;
  readonly apiKey?: string;
  /** The e-mail of the account whose key the request uses. */
  readonly account?: string;
  /** An asset that the request names. */
  readonly asset?: string;
  /** The network that the request names; for a withdrawal that names none, the default one. */
  readonly network?: string;
  /** The first match that may fire, from 1. */
  readonly nth?: number;
};

export type Rule = {
  readonly on: Conditions;
  readonly fault: Fault;
  /** null: the fault has no name. */
  readonly preset: string | null;
  /** The operation is of each of these kinds. */
  readonly appliesTo: readonly OperationKind[];
  /** The number of requests that it hits. */
  readonly times: number;
  /** The probability that a match is hit, from 0 (exclusive) to 1. */
  readonly probability: number;
  readonly seed: number;
};

/** Whether everything but `nth` applies. */
export function matches({ on, appliesTo }: Rule, context: RequestContext, catalog: () => Catalog): boolean {
  const { operation, key } = context;
  return (
    appliesTo.every((kind) => isOfKind(operation, kind)) &&
    (on.operation === undefined || operationNames.get(on.operation)?.has(operation.id) === true) &&
    (on.apiKey === undefined || on.apiKey === key?.apiKey) &&
    (on.account === undefined || on.account === key?.account.email) &&
    (on.asset === undefined || assetsOf(context).includes(on.asset)) &&
    (on.network === undefined || on.network === networkNamedBy(context, catalog))
  );
}

function assetsOf({ values }: RequestContext): readonly unknown[] {
  return [values.asset ?? values.coin].flat();
}

/** The default network of the asset if the request of a withdrawal names none. */
function networkNamedBy(context: RequestContext, catalog: () => Catalog): unknown {
  const { network } = context.values;
  if (network !== undefined || !withdrawals.has(context.operation.id)) return network;
  const [code] = assetsOf(context);
  const asset = catalog().assets.get(String(code));
  return asset && networkOf(asset, undefined)?.network;
}
