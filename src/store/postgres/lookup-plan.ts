/** Collects the lookups of all commands of a batch, each one once. */
import type { AnyLookup, DecisionContext, Execution, Rows } from '../port.ts';
import { BatchRows } from './batch-rows.ts';
import type { Statement } from './connection.ts';
import { decodeRow } from './encoding.ts';
import { fetchStatements, locksRows, type Shape, shapeOf, valuesKey, type Wanted } from './lookup-shapes.ts';
import type { WriteConnection } from './write-connection.ts';

export type Prepared = { readonly execution: Execution; readonly context: DecisionContext };

export type Fetch = {
  readonly shape: Shape;
  readonly wanted: Wanted;
  readonly statements: readonly Statement[];
};

class LookupPlan {
  readonly #wanted = new Map<Shape, Wanted>();

  add(lookup: AnyLookup): void {
    const shape = shapeOf(lookup);
    const since = lookup.since?.value;
    let wanted = this.#wanted.get(shape);
    if (wanted === undefined) {
      wanted = new Map();
      this.#wanted.set(shape, wanted);
    }
    const key = valuesKey(shape, lookup.where);
    const known = wanted.get(key);
    if (known === undefined) wanted.set(key, { where: lookup.where, since });
    else if (since !== undefined) known.since = Math.min(known.since ?? since, since);
  }

  get isEmpty(): boolean {
    return this.#wanted.size === 0;
  }

  /**
   * Locking lookups come first, in the order of locking. Idempotency keys come last: each statement sees what was
   * committed before it, so a request that sees the writes of its duplicate also sees its idempotency key.
   */
  fetches(locking: boolean): readonly Fetch[] {
    const order = ({ lock, table }: Shape) => lock ?? (table === 'idempotency_keys' ? 2000 : 1000);
    return [...this.#wanted]
      .sort(([a], [b]) => order(a) - order(b))
      .map(([shape, wanted]) => ({ shape, wanted, statements: fetchStatements(shape, wanted, locking) }));
  }
}

/**
 * Determines the lookups of a batch. A prefetch stage may depend on rows of earlier stages; only the rows that it
 * actually uses are read here, without a transaction.
 *
 * @param assumes whether rows that lookups assume not to exist are not read here.
 */
export async function planLookups(
  connection: WriteConnection,
  batch: readonly Prepared[],
  assumes: boolean,
): Promise<readonly Fetch[]> {
  const preread = new BatchRows();
  for (;;) {
    const plan = new LookupPlan();
    const missing = new LookupPlan();
    const rows = recordingMissing(preread, missing, assumes);
    for (const { execution, context } of batch) {
      for (const stage of execution.command.prefetch) {
        for (const lookup of stage(execution.input, rows, context)) plan.add(lookup);
      }
    }
    if (missing.isEmpty) return plan.fetches(true);
    await fetchInto(preread, missing.fetches(false), (statements) => connection.run(statements));
  }
}

/** Rows that were not read yet appear as missing and are added to `missing`, unless they are assumed not to exist. */
function recordingMissing(preread: BatchRows, missing: LookupPlan, assumes: boolean): Rows {
  const all: Rows['all'] = (lookup) => {
    // cast: it is a lookup of some table.
    const wanted = lookup as AnyLookup;
    if (preread.has(wanted)) return preread.all(lookup);
    if (!assumes || lookup.assume === undefined) missing.add(wanted);
    return [];
  };
  return { all, one: (lookup) => all(lookup)[0] };
}

/** Whether the command, with the current rows, would look up rows that were not fetched. */
export function asksForMore({ execution, context }: Prepared, rows: BatchRows): boolean {
  return execution.command.prefetch.some((stage) =>
    stage(execution.input, rows, context).some((lookup) => !rows.has(lookup)),
  );
}

/** Runs all statements in one round trip and adds the rows that they find. */
export async function fetchInto(
  rows: BatchRows,
  fetches: readonly Fetch[],
  send: (statements: readonly Statement[]) => ReturnType<WriteConnection['run']>,
): Promise<void> {
  const statements = fetches.flatMap((fetch) => fetch.statements);
  const results = statements.length === 0 ? [] : await send(statements);
  let next = 0;
  for (const { shape, wanted, statements: own } of fetches) {
    next += own.length;
    const found = own.length === 0 ? [] : (results[next - 1] ?? []);
    const decoded = found.map((row) => decodeRow(shape.table, row));
    rows.addFetched(shape, wanted, decoded, locksRows(shape));
  }
}
