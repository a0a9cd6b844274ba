/** Reads the later effects of a fault. */
import { isKeyOf } from '../../boundary/record.ts';
import type { Position } from '../fault.ts';
import { isObject, type Json, maxSeconds, quoted, RuleProblem, unknownField, whole } from '../grammar.ts';
import { operationsOfKind } from '../operations.ts';
import type { OperationKind } from '../preset.ts';
import type { Effect } from './effect.ts';

type Form = {
  /** The kind of operation whose requests give the effect a subject. */
  readonly appliesTo: OperationKind;
  /** Whether it may begin before the work of the request, so that the reply shows it. */
  readonly before: boolean;
  /** Whether its duration must be given; without an optional one it lasts until ended. Absent: it does not last. */
  readonly seconds?: 'mandatory' | 'optional';
};

const secondsProblem = whole(1, maxSeconds);

const forms: Readonly<Record<Effect['kind'], Form>> = {
  'history-lag': { appliesTo: 'withdrawals', before: false, seconds: 'mandatory' },
  'status-late': { appliesTo: 'withdrawals', before: false, seconds: 'mandatory' },
  stuck: { appliesTo: 'withdrawals', before: false, seconds: 'optional' },
  'dropped-transaction': { appliesTo: 'withdrawals', before: false },
  'chain-failure': { appliesTo: 'withdrawals', before: false },
  reorg: { appliesTo: 'histories', before: true },
  'reorg-after-credit': { appliesTo: 'deposit-histories', before: true },
  'deposit-history-lag': { appliesTo: 'deposit-histories', before: true, seconds: 'mandatory' },
  'duplicate-deposit': { appliesTo: 'deposit-histories', before: true },
};

const effectKinds = Object.keys(forms);

export function readEffects(sent: unknown, position: Position): readonly Effect[] | RuleProblem {
  if (sent === undefined) return [];
  if (!Array.isArray(sent)) return new RuleProblem('body.do.effects: must be a list of objects with kind');
  const effects: Effect[] = [];
  for (const [index, each] of sent.entries()) {
    const effect = readEffect(each, `body.do.effects[${index}]`, position);
    if (effect instanceof RuleProblem) return effect;
    if (effects.some(({ kind }) => kind === effect.kind))
      return new RuleProblem(`body.do.effects: ${effect.kind} is there twice`);
    effects.push(effect);
  }
  return effects;
}

function readEffect(sent: unknown, place: string, position: Position): Effect | RuleProblem {
  if (!isObject(sent)) return new RuleProblem(`${place}: must be an object with kind`);
  const kind = String(sent.kind);
  if (!isKeyOf(forms, kind))
    return new RuleProblem(`${place}.kind: must be one of ${effectKinds.join(', ')}, not ${quoted(kind)}`);
  const { before, seconds } = forms[kind];
  const unknown = unknownField(place, sent, seconds === undefined ? ['kind'] : ['kind', 'seconds']);
  const problem = unknown ?? problemOfSeconds(sent, place, seconds);
  if (problem !== undefined) return problem;
  if (position === 'before' && !before)
    return new RuleProblem(`${place}.kind: ${kind} is possible only after the work`);
  // cast: the form of its kind has checked the fields.
  return { ...sent, ...(seconds && { seconds: sent.seconds ?? null }) } as unknown as Effect;
}

function problemOfSeconds(sent: Json, place: string, needed: Form['seconds']): RuleProblem | undefined {
  if (needed === undefined || (needed === 'optional' && (sent.seconds ?? null) === null)) return undefined;
  const rule = secondsProblem(sent.seconds);
  const need = needed === 'optional' ? 'may have it' : 'needs it';
  return rule === undefined
    ? undefined
    : new RuleProblem(`${place}.seconds: ${sent.kind} ${need}; it ${rule}`);
}

/** @returns the kinds of operations that all these effects apply to, or a problem if no operation is of all of them. */
export function kindsOfEffects(effects: readonly Effect[]): readonly OperationKind[] | RuleProblem {
  const kinds = [...new Set(effects.map(({ kind }) => forms[kind].appliesTo))];
  if (operationsOfKind(...kinds).length > 0) return kinds;
  const names = effects.map(({ kind }) => kind).join(', ');
  return new RuleProblem(`body.do.effects: no operation has all of ${names}`);
}
