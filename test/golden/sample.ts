/**
 * The specification's sample replies, and how a live reply is held against one: the same keys in the same order, the
 * same JSON types, the same decimals digit by digit. Only fields that are declared as generated may differ, and each of
 * those has a shape.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** The shape of a generated field, by its key, as JSON text. */
export type Generated = Readonly<Record<string, RegExp>>;

export function readSample(name: string): string {
  return readFileSync(new URL(`./samples/${name}.json`, import.meta.url), 'utf8');
}

/** A JSON number as it was written. */
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

/** seed: a number's trailing zeros say nothing (0.9000 is 0.9). */
function canonical({ text }: Numeral): string {
  assert.match(text, /^-?\d+(\.\d+)?$/, 'a number has no exponent');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** One line for each value, in the order of the text; what is generated is only told to be there. */
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
  assert.deepEqual([...seen].sort(), Object.keys(generated).sort(), 'every generated field is there');
}

/** `sample` is JSON text. */
export function assertLikeSample(reply: string, sample: string, generated: Generated = {}): void {
  assert.deepEqual(linesOf(reply, generated), linesOf(sample, generated));
  assertShapes(reply, generated);
}

/** The sample with one of its lists the other way round: seed: oldest first, also where a sample shows otherwise. */
export function oldestFirst(sample: string, list: (body: never) => unknown[]): string {
  const body = JSON.parse(sample) as never;
  list(body).reverse();
  return JSON.stringify(body);
}
