/** The parts that the readers of rules share. */

/** The rule of the grammar that a rule of the lab violates, with the field. */
export class RuleProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the words for the rule that the value violates. */
export type Check = (value: unknown) => string | undefined;

export const whole =
  (minimum: number, maximum: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum
      ? undefined
      : `must be a whole number from ${minimum} to ${maximum}`;

/** Longest wait or effect: one day. */
export const maxSeconds = 86_400;

const maxShown = 60;

/** For messages; long texts are cut. */
export function quoted(text: string): string {
  return `'${text.length > maxShown ? `${text.slice(0, maxShown)}…` : text}'`;
}

export function unknownField(place: string, sent: Json, known: readonly string[]): RuleProblem | undefined {
  const unknown = Object.keys(sent).find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  return new RuleProblem(`${place}: ${quoted(unknown)} is not a field here; there are ${known.join(', ')}`);
}
