/**
 * The golden samples, and the comparison of live replies with them: the same keys in the same order, the same JSON
 * types, and the same decimals digit by digit. Only fields declared as generated may differ, and each of those must
 * match a pattern. Each operation has a sample, named after its id: that of the specification, or a reply that was
 * checked by hand where the specification has none.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Operation } from '../../src/contract/operation.ts';

/** Patterns of generated fields, by key, matched against the JSON text. */
export type Generated = Readonly<Record<string, RegExp>>;

export function readSample(name: string): string {
  const file = new URL(`./samples/${name}.json`, import.meta.url);
  assert.ok(existsSync(file), howToAdd(name));
  return readFileSync(file, 'utf8');
}

/** The name of an operation's sample: `deposit-address` for `depositAddress`. */
export function sampleNameOf({ id }: Operation): string {
  return id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function howToAdd(name: string): string {
  return `the golden sample '${name}' is missing: add test/golden/samples/${name}.json with the reply that the specification shows (if it shows none, a live reply that you have checked by hand). ${howToCompare(name)}`;
}

/** For a sample that no test compares. */
export function howToCompare(name: string): string {
  return `If the reply depends on data, parameters or the time, add a test to a file in test/golden/ that ends with assertLikeSample(reply, readSample('${name}'))`;
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
