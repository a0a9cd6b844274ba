/** Reads the ending of a fault. */

import { isOneOf } from '../boundary/one-of.ts';
import { isKeyOf } from '../boundary/record.ts';
import { type Ending, maxDelayMs, type Position } from './fault.ts';
import {
  type Check,
  isObject,
  type Json,
  maxSeconds,
  quoted,
  RuleProblem,
  unknownField,
  whole,
} from './grammar.ts';

const place = 'body.do.ending';
const maxRequests = 1_000_000;
const maxBytes = 1_000_000;
const maxSigma = 3;

const oneOf =
  (...allowed: readonly (string | number | boolean)[]): Check =>
  (value) =>
    isOneOf(allowed, value)
      ? undefined
      : `must be ${allowed.map((each) => JSON.stringify(each)).join(' or ')}`;
const sigma: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= maxSigma
    ? undefined
    : `must be a number from 0 to ${maxSigma}`;

const delayMs = whole(0, maxDelayMs);
const rejection = { status: oneOf(429, 418), retryAfterSeconds: whole(0, maxSeconds) };

type Form = {
  readonly positions: readonly Position[];
  /** The fields besides `kind`, all of them mandatory: one of these sets. */
  readonly fields: readonly Readonly<Record<string, Check>>[];
};

const anywhere = ['before', 'after'] as const;

const forms: Readonly<Record<Ending['kind'], Form>> = {
  normal: { positions: ['after'], fields: [{}] },
  status: {
    positions: anywhere,
    fields: [{ status: whole(200, 599), body: oneOf('empty', 'html', 'json') }],
  },
  reset: { positions: anywhere, fields: [{}] },
  hang: { positions: anywhere, fields: [{}] },
  truncate: { positions: ['after'], fields: [{ bytes: whole(0, maxBytes) }] },
  delay: {
    positions: anywhere,
    fields: [
      { ms: delayMs },
      { distribution: oneOf('uniform'), minMs: delayMs, maxMs: delayMs },
      { distribution: oneOf('log-normal'), medianMs: delayMs, sigma },
    ],
  },
  'false-success': { positions: ['after'], fields: [{ withId: oneOf(true, false) }] },
  rejections: {
    positions: ['before'],
    fields: [
      { ...rejection, requests: whole(1, maxRequests) },
      { ...rejection, seconds: whole(1, maxSeconds) },
    ],
  },
};

const kinds = Object.keys(forms);

/** @param hasEffects whether the fault has later effects */
export function readEnding(sent: unknown, position: Position, hasEffects: boolean): Ending | RuleProblem {
  if (!isObject(sent)) return new RuleProblem(`${place}: must be an object with kind`);
  const kind = String(sent.kind);
  if (!isKeyOf(forms, kind))
    return new RuleProblem(`${place}.kind: must be one of ${kinds.join(', ')}, not ${quoted(kind)}`);
  const { positions, fields } = forms[kind];
  // An effect before the work has a subject only if the request is then carried out as usual.
  const isEffectFirst = hasEffects && position === 'before';
  if (isEffectFirst && kind !== 'normal')
    return new RuleProblem(`${place}.kind: with effects before the work it must be normal, not ${kind}`);
  if (!isEffectFirst && !positions.includes(position))
    return new RuleProblem(`${place}.kind: ${kind} is possible only ${positions.join(' or ')} the work`);
  // cast: the form of its kind has checked the fields.
  return problemOfFields(sent, kind, fields) ?? problemOfBounds(sent) ?? (sent as unknown as Ending);
}

/** The set of which most fields were sent is the one that was meant. */
function problemOfFields(sent: Json, kind: string, sets: Form['fields']): RuleProblem | undefined {
  const fits = (checks: Form['fields'][number]) =>
    Object.entries(checks).filter(([name, check]) => name in sent && check(sent[name]) === undefined).length;
  const [meant = {}] = sets.toSorted((one, other) => fits(other) - fits(one));
  const unknown = unknownField(place, sent, ['kind', ...Object.keys(meant)]);
  if (unknown !== undefined) return unknown;
  for (const [name, check] of Object.entries(meant)) {
    const rule = check(sent[name]);
    if (rule !== undefined) return new RuleProblem(`${place}.${name}: ${kind} needs it; it ${rule}`);
  }
  return undefined;
}

/** HTTP allows no body with them; the connection could no longer be used. */
const withoutBody: ReadonlySet<unknown> = new Set([204, 205, 304]);

function problemOfBounds({ minMs, maxMs, status, body }: Json): RuleProblem | undefined {
  if (withoutBody.has(status) && body !== 'empty')
    return new RuleProblem(`${place}.body: must be empty, because a reply with status ${status} has none`);
  if (body === 'json' && Number(status) < 400)
    return new RuleProblem(
      `${place}.body: json is an error of the exchange, so the status must be 400 or more`,
    );
  if (minMs === undefined || Number(minMs) <= Number(maxMs)) return undefined;
  return new RuleProblem(`${place}.minMs: must not be greater than maxMs`);
}
