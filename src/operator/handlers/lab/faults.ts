import { reject } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/lab/faults.ts';
import { invalid } from '../../../contract/operator-rejections.ts';
import type { Firing } from '../../../lab/firing.ts';
import type { Lab } from '../../../lab/lab.ts';
import { kindsInWords } from '../../../lab/preset.ts';
import { presets } from '../../../lab/presets.ts';
import type { RuleState } from '../../../lab/rule-book.ts';
import { implement, labOf } from '../../handler.ts';

export const createLabFault = implement(operations.createLabFault, ({ body }, _operator, parts) => {
  const lab = labOf(parts);
  const added = lab.addRule(body);
  return 'problem' in added ? invalid(added.problem) : renderRule(added, lab);
});

export const listLabFaults = implement(operations.listLabFaults, (_input, _operator, parts) => {
  const lab = labOf(parts);
  return { faults: lab.rules.list().map((rule) => renderRule(rule, lab)) };
});

export const getLabFault = implement(operations.getLabFault, ({ path: { id } }, _operator, parts) => {
  const lab = labOf(parts);
  const rule = lab.rules.get(id);
  if (rule === undefined) return unknownRule(id);
  return { ...renderRule(rule, lab), firings: lab.firings.of(id).map(renderFiring) };
});

export const deleteLabFault = implement(operations.deleteLabFault, ({ path: { id } }, _operator, parts) => {
  if (!labOf(parts).deleteRule(id)) return unknownRule(id);
  return { id, deleted: true };
});

export const deleteLabFaults = implement(operations.deleteLabFaults, (_input, _operator, parts) => ({
  deleted: labOf(parts).deleteRules(),
}));

export const listLabFirings = implement(operations.listLabFirings, (_input, _operator, parts) => ({
  firings: labOf(parts).firings.all().map(renderFiring),
}));

export const listLabPresets = implement(operations.listLabPresets, () => ({
  presets: presets.map(({ name, appliesTo, consequence, source }) => ({
    name,
    requests: kindsInWords[appliesTo],
    consequence,
    source,
  })),
}));

const unknownRule = (id: string) => reject('operator-not-found', { what: `rule ${id} of the lab` });

function renderRule({ id, rule, matched, left }: RuleState, { firings }: Lab) {
  const { on, preset, fault, times, probability, seed } = rule;
  const { position, ending, effects } = fault;
  const done = preset ?? { position, ending, ...(effects.length > 0 && { effects }) };
  return { id, on, do: done, times, probability, seed, matched, fired: firings.countOf(id), left };
}

function renderFiring({
  id,
  ruleId,
  preset,
  at,
  requestNumber,
  operation,
  apiKey,
  withdrawalId,
  done,
}: Firing) {
  return { id, source: ruleId, preset, at, requestNumber, operation, apiKey, withdrawalId, done };
}
