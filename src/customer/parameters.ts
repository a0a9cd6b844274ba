/**
 * Parses the declared parameters of an operation. Each rejection names the parameter and the rule. Unknown parameters
 * are ignored; an optional parameter without a value counts as absent.
 */
import { present } from '../boundary/present.ts';
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { type Decimal, decimalPattern, parseDecimal } from '../contract/decimal.ts';
import type { Dialect, Timing } from '../contract/dialect.ts';
import { isRejection, reject } from '../contract/errors.ts';
import type { Parameter, ParameterKind, Parameters } from '../contract/schema.ts';
import { firstMicroseconds } from '../contract/signing.ts';
import { isLongerThan } from '../contract/text.ts';
import { decodeComponent, effectiveValue, type RawParameters, valuesOf } from '../http/raw-parameters.ts';

type Value = string | number | boolean | Decimal | readonly string[] | undefined;
type Syntax = Pick<Dialect, 'booleansInAnyCase' | 'timing'>;
type Reader = (
  name: string,
  text: string,
  declared: Parameter<unknown>,
  syntax: Syntax,
) => Value | CustomerRejection;

const maxDigits = 16;
const longRange = `^[0-9]{1,${maxDigits}}$`;

const readers: Record<Exclude<ParameterKind, 'list'>, Reader> = {
  string: (name, text, { maximum, allowed, pattern }) => {
    if (isLongerThan(text, maximum)) return reject('parameter-overflow', { parameter: name });
    if (pattern !== undefined && !new RegExp(pattern).test(text)) return illegalCharacters(name, pattern);
    if (allowed.length > 0 && !allowed.includes(text))
      return reject('parameter-invalid', { parameter: name });
    return text;
  },
  decimal: (name, text, { maximum }) => {
    if (text.length > maximum) return reject('parameter-overflow', { parameter: name });
    const decimal = parseDecimal(text);
    if (decimal === null) return illegalCharacters(name, decimalPattern);
    return decimal.coefficient > 0n
      ? decimal
      : reject('parameter-invalid', { parameter: name, reason: 'it must be greater than zero' });
  },
  long: readLong,
  integer: (name, text, { minimum, maximum, allowed }) => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    const fits = allowed.length > 0 ? allowed.includes(value) : value >= minimum && value <= maximum;
    const range =
      allowed.length > 0 ? `one of ${allowed.join(', ')}` : `a whole number from ${minimum} to ${maximum}`;
    return fits ? value : reject('parameter-invalid', { parameter: name, reason: `it must be ${range}` });
  },
  boolean: (name, sent, _declared, { booleansInAnyCase }) => {
    const text = booleansInAnyCase ? sent.toLowerCase() : sent;
    return text === 'true' || text === 'false'
      ? text === 'true'
      : reject('parameter-invalid', { parameter: name, reason: 'it must be true or false' });
  },
};

export function readLong(
  name: string,
  text: string,
  { maximum }: Pick<Parameter<unknown>, 'maximum'>,
): number | CustomerRejection {
  if (!/^[0-9]+$/.test(text)) return illegalCharacters(name, longRange);
  return text.length > maxDigits || Number(text) > maximum
    ? reject('parameter-overflow', { parameter: name })
    : Number(text);
}

export function illegalCharacters(parameter: string, legalRange: string): CustomerRejection {
  return reject('parameter-illegal-characters', { parameter, legalRange });
}

/** @returns the values by name, or the rejection for the first violated rule in the order of the contract. */
export function readParameters(
  declared: Parameters,
  raw: RawParameters,
  syntax: Syntax,
): { readonly values: Record<string, unknown> } | CustomerRejection {
  const values: Record<string, unknown> = {};
  for (const name in declared) {
    const parameter = present(declared[name]);
    const value =
      parameter.kind === 'list' ? readList(name, parameter, raw) : readOne(name, parameter, raw, syntax);
    if (isRejection(value)) return value;
    if (value !== undefined) values[name] = value;
  }
  return checkRange(values, syntax.timing) ?? { values };
}

function readOne(
  name: string,
  parameter: Parameter<unknown>,
  raw: RawParameters,
  syntax: Syntax,
): Value | CustomerRejection {
  const sent = effectiveValue(raw, name);
  if (sent === null) return reject('parameters-too-many', { parameter: name });
  if (sent === undefined)
    return parameter.mandatory ? reject('parameter-missing', { parameter: name }) : undefined;
  const text = legalText(name, sent, parameter.lineBreaks ? controlCharactersButLayout : controlCharacters);
  if (typeof text !== 'string') return text;
  if (text === '' && !parameter.mayBeEmpty)
    return parameter.mandatory ? reject('parameter-empty', { parameter: name }) : undefined;
  // cast: lists are read elsewhere.
  const value = readers[parameter.kind as keyof typeof readers](name, text, parameter, syntax);
  return parameter.inBody && !isRejection(value) && raw.query.some((pair) => pair.name === name)
    ? reject('parameter-invalid', { parameter: name, reason: 'it must be sent in the body' })
    : value;
}

/**
 * Accepts repeated parameters, comma-separated values, `name[]`, `name[0]` and a JSON array. Duplicates are removed.
 */
function readList(
  name: string,
  parameter: Parameter<unknown>,
  raw: RawParameters,
): readonly string[] | undefined | CustomerRejection {
  const sent = valuesOf(raw, (each) => each === name || listSuffix(name, each));
  if (sent.length === 0)
    return parameter.mandatory ? reject('parameter-missing', { parameter: name }) : undefined;
  const items = new Set<string>();
  for (const value of sent) {
    const text = legalText(name, value);
    if (typeof text !== 'string') return text;
    for (const item of splitList(text)) if (item !== '') items.add(item);
  }
  if (items.size === 0)
    return parameter.mandatory ? reject('parameter-empty', { parameter: name }) : undefined;
  return items.size > parameter.maximum ? reject('parameter-overflow', { parameter: name }) : [...items];
}

function listSuffix(name: string, sent: string): boolean {
  const decoded = sent.length > name.length ? decodeComponent(sent) : null;
  return decoded?.startsWith(`${name}[`) === true && /^\[\d*\]$/.test(decoded.slice(name.length));
}

function splitList(text: string): readonly string[] {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return inner.split(',').map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression finds control characters
const controlCharacters = /[\u0000-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const controlCharactersButLayout = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function legalText(
  name: string,
  encoded: string,
  illegal: RegExp = controlCharacters,
): string | CustomerRejection {
  const text = decodeComponent(encoded);
  return text === null || illegal.test(text)
    ? illegalCharacters(name, 'percent-encoded UTF-8 without control characters')
    : text;
}

type Range = { startTime?: unknown; endTime?: unknown };

/** Converts the bounds to milliseconds, such that the same times are between them. */
function checkRange(values: Range, { microseconds }: Timing): CustomerRejection | undefined {
  const start = microseconds ? inMilliseconds(values.startTime) : values.startTime;
  const end = microseconds ? inMilliseconds(values.endTime) : values.endTime;
  if (typeof start === 'number' && typeof end === 'number' && start > end)
    return reject('parameter-invalid', { parameter: 'startTime', reason: 'it must not be after endTime' });
  if (typeof start === 'number') values.startTime = Math.ceil(start);
  if (typeof end === 'number') values.endTime = Math.floor(end);
  return undefined;
}

function inMilliseconds(time: unknown): unknown {
  return typeof time === 'number' && time >= firstMicroseconds ? time / 1000 : time;
}
