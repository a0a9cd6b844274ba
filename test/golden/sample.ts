/**
 * The golden samples, and the comparison of live replies with them: the same keys in the same order, the same JSON
 * types, and the same decimals digit by digit. Only fields declared as generated may differ, and each of those must
 * match a pattern. Each operation has a sample, named after it: that of the specification, or a reply that was
 * checked by hand where the specification has none.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

/** Patterns of generated fields, by key, matched against the JSON text. */
export type Generated = Readonly<Record<string, RegExp>>;

export function readSample(name: string): string {
  assert.ok(hasSample(name), howToAdd(name));
  return readFileSync(fileOf(name), 'utf8');
}

export function hasSample(name: string): boolean {
  return existsSync(fileOf(name));
}

const fileOf = (name: string) => new URL(`./samples/${name}.json`, import.meta.url);

/** The name of an operation's sample: `deposit-address` for `depositAddress`. */
export function sampleNameOf(operation: string): string {
  return operation.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What to do about a sample that is missing or not compared. */
export function howToAdd(name: string): string {
  return `the golden sample '${name}' is missing: add test/golden/samples/${name}.json with the sample reply of the specification (if there is none, a live reply that you have checked by hand), and a test in test/golden/golden.test.ts that makes the server return it: assertLikeSample(reply, readSample('${name}'))`;
}

/** A JSON number as written. */
class Numeral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

function parseExactly(json: string): unknown {
  const keepDigits: Reviver = (_key, value, { source }) =>
    typeof value === 'number' ? new Numeral(source) : value;
  return JSON.parse(json, keepDigits as (key: string, value: unknown) => unknown);
}

/** spec: trailing zeros of a number are insignificant (0.9000 is 0.9). */
function canonical({ text }: Numeral): string {
  assert.match(text, /^-?\d+(\.\d+)?$/, 'a number has no exponent');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** One line for each value in order; generated values are replaced by a placeholder. */
function linesOf(json: string, generated: Generated): string[] {
  const lines: string[] = [];
  walk(parseExactly(json), '$', '');
  return lines;

  function walk(value: unknown, path: string, key: string): void {
    if (value instanceof Numeral || typeof value !== 'object' || value === null) {
      const text = value instanceof Numeral ? canonical(value) : JSON.stringify(value);
      lines.push(`${path} ${Object.hasOwn(generated, key) ? 'is generated' : text}`);
      return;
    }
    lines.push(`${path} ${Array.isArray(value) ? `[${value.length}]` : '{}'}`);
    for (const [name, each] of Object.entries(value)) walk(each, `${path}.${name}`, name);
  }
}

function assertShapes(json: string, generated: Generated): void {
  const seen = new Set<string>();
  const look: Reviver = (key, value, { source }) => {
    const shape = Object.hasOwn(generated, key) ? generated[key] : undefined;
    if (shape !== undefined) {
      assert.match(source, shape, key);
      seen.add(key);
    }
    return value;
  };
  JSON.parse(json, look as (key: string, value: unknown) => unknown);
  assert.deepEqual([...seen].sort(), Object.keys(generated).sort(), 'every generated field must be present');
}

/** @param sample JSON text. */
export function assertLikeSample(reply: string, sample: string, generated: Generated = {}): void {
  assert.deepEqual(linesOf(reply, generated), linesOf(sample, generated));
  assertShapes(reply, generated);
}

/** The sample with one of its lists reversed. spec: oldest first, although some samples show the opposite. */
export function oldestFirst(sample: string, list: (body: never) => unknown[]): string {
  const body = JSON.parse(sample) as never;
  list(body).reverse();
  return JSON.stringify(body);
}
