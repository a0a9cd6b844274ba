/** Parts of the plans of lists. */
import type { SeqInterval } from '../../reads/lists.ts';
import type { SqlParameter } from '../sql-runner.ts';
import type { Access } from './list-slice.ts';
import { addKeys, addStages, type Conditions, conditions } from './statement-parts.ts';

/** The access by an index that finds the rows, and the conditions that remain. */
export type Plan = { readonly access: Access; readonly residual: Conditions };
export type Stages = readonly string[] | undefined;

export const all: Conditions = { sql: [], parameters: [] };

/** Only deposits without an owner are in these stages. */
const nobodysStages: readonly string[] = ['unattributed', 'returning', 'returned'];

export const interval = (seqs: SeqInterval | undefined): Conditions =>
  conditions(['seq > ?', seqs?.after], ['seq <= ?', seqs?.through]);

export const bySeq = (seqs: SeqInterval | undefined): Access => ({
  drivers: [interval(seqs)],
  order: 'seq',
});

/** A driver for each stage, spelled out because SQLite only then uses an index of some stages. */
export function byStage(stages: readonly string[], seqs: SeqInterval | undefined): Access {
  const within = interval(seqs);
  const ofStage = (stage: string): Conditions => ({
    sql: [...(nobodysStages.includes(stage) ? ['account_id = 0'] : []), `stage = '${stage}'`],
    parameters: [],
  });
  return { drivers: [...new Set(stages)].map((stage) => merged(ofStage(stage), within)), order: 'seq' };
}

export function merged(...parts: readonly Conditions[]): Conditions {
  return {
    sql: parts.flatMap(({ sql }) => sql),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

export function stagesAmong(stages: Stages): Conditions {
  const where: Conditions = { sql: [], parameters: [] };
  addStages(where, stages);
  return where;
}

export function among(column: string, values: readonly SqlParameter[] | undefined): Conditions {
  const where: Conditions = { sql: [], parameters: [] };
  if (values !== undefined) addKeys(where, column, values);
  return where;
}
