/**
 * Exact decimal numbers. They are parsed from text, converted to integer units and formatted without ever using a
 * double.
 *
 * A Decimal is coefficient × 10^-scale, normalised (no trailing zero in the coefficient, scale ≥ 0), so equal values
 * have equal fields. Units are the integer count of 10^-scale of one asset.
 */
export type Decimal = { readonly coefficient: bigint; readonly scale: number };

/** Maximum length of the text. The exponent is bounded too (±36), so that no input can produce a huge number. */
export const maxDecimalLength = 64;
const digitsPattern = '([0-9]+(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?(0{0,2}[0-9]|0?[12][0-9]|0?3[0-6]))?';
/** The syntax that `parseDecimal` accepts, without a sign. */
export const decimalPattern = `^${digitsPattern}$`;
/** The same, for values above zero. */
export const positiveDecimalPattern = `^(?=[0-9.]*[1-9])${digitsPattern}$`;
const SYNTAX = new RegExp(`^-?${digitsPattern}$`);

/**
 * Parses `0.1`, `1`, `.5` and, for clients that print floats, `1e-05`.
 * deviation: decimals may have an exponent; they are parsed exactly.
 * @returns null for anything else, including the empty string, `1.`, `+1` and exponents beyond ±36.
 */
export function parseDecimal(text: string): Decimal | null {
  const match = text.length > maxDecimalLength ? null : SYNTAX.exec(text);
  if (match === null) return null;
  const [, mantissa = '', , exponent = 'e0'] = match;
  const point = mantissa.indexOf('.');
  const decimals = point < 0 ? 0 : mantissa.length - point - 1;
  const magnitude = BigInt(point < 0 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1));
  return normalise(text.startsWith('-') ? -magnitude : magnitude, decimals - Number(exponent.slice(1)));
}

function normalise(coefficient: bigint, scale: number): Decimal {
  if (coefficient === 0n) return { coefficient: 0n, scale: 0 };
  let value = coefficient;
  let places = scale;
  while (places > 0 && value % 10n === 0n) {
    value /= 10n;
    places -= 1;
  }
  return places < 0
    ? { coefficient: value * pow10(-places), scale: 0 }
    : { coefficient: value, scale: places };
}

const powers: bigint[] = [1n];

/** 10^exponent, exponent 0 … 100. */
export function pow10(exponent: number): bigint {
  let power = powers[exponent];
  if (power === undefined) {
    power = 10n ** BigInt(exponent);
    powers[exponent] = power;
  }
  return power;
}

/** @returns the value in units of 10^-scale, or null when it has more decimals than that. */
export function unitsOf(decimal: Decimal, scale: number): bigint | null {
  return decimal.scale > scale ? null : decimal.coefficient * pow10(scale - decimal.scale);
}

/** @returns the whole units of 10^-scale in a decimal of zero or more, and the remainder. */
export function splitUnits(decimal: Decimal, scale: number): { units: bigint; remainder: Decimal } {
  const exact = unitsOf(decimal, scale);
  if (exact !== null) return { units: exact, remainder: { coefficient: 0n, scale: 0 } };
  const unit = pow10(decimal.scale - scale);
  const remainder = { coefficient: decimal.coefficient % unit, scale: decimal.scale };
  return { units: decimal.coefficient / unit, remainder };
}

/** Canonical text: no exponent, no trailing zero, no trailing point (`0.5`, `1000`, `-0.01`). */
export function formatUnits(units: bigint, scale: number): string {
  return formatFixed(units, scale, 0);
}

/** Like formatUnits, but with at least `minimumDecimals` decimals (`70.00000000`). */
export function formatFixed(units: bigint, scale: number, minimumDecimals: number): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  let end = digits.length;
  while (end > whole.length + minimumDecimals && digits.charCodeAt(end - 1) === 48) end -= 1;
  const fraction = digits.slice(whole.length, end).padEnd(minimumDecimals, '0');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative ? `-${text}` : text;
}

export function formatDecimal(decimal: Decimal): string {
  return formatUnits(decimal.coefficient, decimal.scale);
}

export function addDecimals(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale);
  const unitsAt = (value: Decimal) => value.coefficient * pow10(scale - value.scale);
  return normalise(unitsAt(one) + unitsAt(other), scale);
}

export function isGreater(one: Decimal, other: Decimal): boolean {
  const scale = Math.max(one.scale, other.scale);
  return one.coefficient * pow10(scale - one.scale) > other.coefficient * pow10(scale - other.scale);
}

/** Quotient rounded half up, both operands non-negative, divisor positive. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}
