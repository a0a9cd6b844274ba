/** Reads a rule from the JSON of a request. A problem names the field and the rule. */
import type { Operation } from '../contract/operation.ts';
import { isEmail, normaliseEmail } from '../domain/email.ts';
import { kindsOfEffects, readEffects } from './effects/effect-grammar.ts';
import { readEnding } from './ending-grammar.ts';
import type { Fault } from './fault.ts';
import { isObject, type Json, quoted, RuleProblem, unknownField } from './grammar.ts';
import { operationNames, operationsOfKind, similarNames } from './operations.ts';
import { describeUnknownPreset, presetNamed } from './presets.ts';
import type { Conditions, Rule } from './rule.ts';

/** A rule that the schema of the operation has already checked. */
export type RuleInput = {
  readonly on?: Conditions;
  readonly do: unknown;
  readonly times?: number;
  readonly probability?: number;
  readonly seed?: number;
};

/** @param newSeed makes the seed of a rule that has none */
export function readRule(input: RuleInput, newSeed: () => number): Rule | RuleProblem {
  const on = readConditions(input.on ?? {});
  if (on instanceof RuleProblem) return on;
  const done = readAction(input.do);
  if (done instanceof RuleProblem) return done;
  const misplaced = findMisplaced(on, done);
  if (misplaced !== undefined) return misplaced;
  const { times = 1, probability = 1, seed = newSeed() } = input;
  return { on, ...done, times, probability, seed };
}

function readConditions(on: Conditions): Conditions | RuleProblem {
  const { operation, account } = on;
  if (operation !== undefined && !operationNames.has(operation)) {
    const similar = similarNames(operation);
    const hint = similar.length === 0 ? 'docs/lab.md lists them' : `did you mean ${similar.join(', ')}?`;
    return new RuleProblem(`body.on.operation: ${quoted(operation)} is not an operation; ${hint}`);
  }
  if (account !== undefined && !isEmail(account.trim()))
    return new RuleProblem('body.on.account: must be the e-mail address of an account');
  return { ...on, ...(account !== undefined && { account: normaliseEmail(account) }) };
}

type Action = Pick<Rule, 'fault' | 'preset' | 'appliesTo'>;

function readAction(sent: unknown): Action | RuleProblem {
  if (typeof sent === 'string') {
    const preset = presetNamed(sent);
    return preset === undefined
      ? new RuleProblem(`body.do: ${quoted(sent)} is not a preset; ${describeUnknownPreset(sent)}`)
      : { fault: preset, preset: preset.name, appliesTo: [preset.appliesTo] };
  }
  if (!isObject(sent))
    return new RuleProblem('body.do: must be the name of a preset, or an object with position and ending');
  const fault = readFault(sent);
  if (fault instanceof RuleProblem) return fault;
  const appliesTo = kindsOfEffects(fault.effects);
  return appliesTo instanceof RuleProblem ? appliesTo : { fault, preset: null, appliesTo };
}

function readFault(sent: Json): Fault | RuleProblem {
  const unknown = unknownField('body.do', sent, ['position', 'ending', 'effects']);
  if (unknown !== undefined) return unknown;
  const { position } = sent;
  if (position !== 'before' && position !== 'after') {
    const rule = 'must be "before" (nothing is done) or "after" (everything is done)';
    return new RuleProblem(`body.do.position: ${rule}`);
  }
  const effects = readEffects(sent.effects, position);
  if (effects instanceof RuleProblem) return effects;
  const ending = readEnding(sent.ending, position, effects.length > 0);
  if (ending instanceof RuleProblem) return ending;
  return { position, ending, effects };
}

/** Finds a condition that no request can meet: such a rule would never fire. */
function findMisplaced(on: Conditions, { appliesTo, preset, fault }: Action): RuleProblem | undefined {
  const what = preset ?? fault.effects.map(({ kind }) => kind).join(', ');
  const applicable = operationsOfKind(...appliesTo);
  const named = on.operation === undefined ? undefined : operationNames.get(on.operation);
  const meant = applicable.filter(({ id }) => named === undefined || named.has(id));
  if (meant.length === 0) {
    const names = applicable.map(({ id }) => id).join(', ');
    return new RuleProblem(`body.do: ${what} has no effect on ${on.operation}; it applies to ${names}`);
  }
  for (const field of ['apiKey', 'account', 'asset', 'network'] as const) {
    if (on[field] === undefined || meant.some((operation) => mayHave(operation, field))) continue;
    return new RuleProblem(`body.on.${field}: no request of ${on.operation ?? what} has one`);
  }
  return undefined;
}

function mayHave(
  { security, parameters }: Operation,
  field: 'apiKey' | 'account' | 'asset' | 'network',
): boolean {
  if (field === 'apiKey' || field === 'account') return security !== 'NONE';
  return field in parameters || (field === 'asset' && 'coin' in parameters);
}
