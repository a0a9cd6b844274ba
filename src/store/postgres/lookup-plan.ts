/** All rows that the commands of a batch ask for, each asked for once. */
import type { DecisionContext, Execution, Lookup } from '../port.ts';
import { BatchRows } from './batch-rows.ts';
import type { Statement } from './connection.ts';
import { decodeRow } from './encoding.ts';
import type { Lane } from './lane.ts';
import { fetchStatements, type Shape, shapeOf, valuesKey, type Wanted } from './lookup-shapes.ts';

export type Prepared = { readonly execution: Execution; readonly context: DecisionContext };

type Fetch = { readonly shape: Shape; readonly wanted: Wanted; readonly statements: readonly Statement[] };

class LookupPlan {
  readonly #wanted = new Map<Shape, Wanted>();

  add(lookup: Lookup): void {
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

  /** What locks comes first, in the order of locking. */
  fetches(locking: boolean): readonly Fetch[] {
    const order = ({ lock = Number.POSITIVE_INFINITY }: Shape) => lock;
    return [...this.#wanted]
      .sort(([a], [b]) => (order(a) === order(b) ? 0 : order(a) - order(b)))
      .map(([shape, wanted]) => ({ shape, wanted, statements: fetchStatements(shape, wanted, locking) }));
  }
}

/**
 * Finds out what the batch will look up. Each stage of a prefetch may depend on the rows of the stage before, which are
 * read here without a transaction; the rows of the last stage are not needed to know what to fetch.
 */
export async function planLookups(lane: Lane, batch: readonly Prepared[]): Promise<readonly Fetch[]> {
  const plan = new LookupPlan();
  const scouted = new BatchRows();
  const stages = Math.max(0, ...batch.map(({ execution }) => execution.command.prefetch.length));
  for (let stage = 0; stage < stages; stage += 1) {
    const next = new LookupPlan();
    for (const { execution, context } of batch) {
      const { prefetch } = execution.command;
      const lookups = prefetch[stage]?.(execution.input, scouted, context) ?? [];
      for (const lookup of lookups) {
        plan.add(lookup);
        if (stage + 1 < prefetch.length && !scouted.has(lookup)) next.add(lookup);
      }
    }
    await fetchInto(scouted, next.fetches(false), (statements) => lane.run(statements));
  }
  return plan.fetches(true);
}

/** Whether the command would look up anything else than was fetched, seeing the rows as they are now. */
export function asksForMore({ execution, context }: Prepared, rows: BatchRows): boolean {
  return execution.command.prefetch.some((stage) =>
    stage(execution.input, rows, context).some((lookup) => !rows.has(lookup)),
  );
}

/** Sends all statements in one round trip and takes in what they find. */
export async function fetchInto(
  rows: BatchRows,
  fetches: readonly Fetch[],
  send: (statements: readonly Statement[]) => ReturnType<Lane['run']>,
): Promise<void> {
  const statements = fetches.flatMap((fetch) => fetch.statements);
  const results = statements.length === 0 ? [] : await send(statements);
  let next = 0;
  for (const { shape, wanted, statements: own } of fetches) {
    next += own.length;
    const found = own.length === 0 ? [] : (results[next - 1] ?? []);
    for (const row of found) decodeRow(shape.table, row);
    rows.addFetched(shape, wanted, found, shape.lock !== undefined);
  }
}
