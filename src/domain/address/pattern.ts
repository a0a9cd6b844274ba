/**
 * Addresses that match an operator's regular expression, compared verbatim. RE2 matches in time linear in the length of
 * the text, so no expression can cause catastrophic backtracking.
 */
import { createRequire } from 'node:module';
import type * as Re2 from 're2js';
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import type { AddressFamily } from './family.ts';
import { freeText } from './opaque.ts';
import { createExampleGenerator } from './pattern-example.ts';
import { expandSeed } from './seed.ts';

/** Maximum number of compiled instructions: matching time is proportional to this times the length of the text. */
const maxProgramSize = 2_100;
const maxPatternLength = 500;

/** Number of bytes that determine a derived address. */
const choicesLength = 1024;

type Compiled = { readonly expression: Re2.RE2JS; readonly spell: (choices: Uint8Array) => string };

const require = createRequire(import.meta.url);
/** Loaded by the first expression, to keep the start fast and small: few networks have one. */
const loadRe2 = (): typeof Re2 => require('re2js');

/** Cached because compiling takes longer than matching. There are few expressions. */
const compiled = new Map<string, Compiled>();
const maxCompiled = 100;

function compile(text: string): Compiled {
  const known = compiled.get(text);
  if (known) return known;
  const expression = loadRe2().RE2JS.compile(text);
  if (expression.programSize() > maxProgramSize) throw new RangeError('too many repetitions');
  if (compiled.size >= maxCompiled) compiled.clear();
  const made = { expression, spell: createExampleGenerator(expression) };
  compiled.set(text, made);
  return made;
}

export const pattern: AddressFamily = {
  text: freeText,
  // In RE2 syntax, which other languages may lack parts of.
  shape: ({ addressPattern = '' }) => addressPattern,
  read: (text, { addressPattern = '' }) =>
    compile(addressPattern).expression.matches(text) ? { key: text } : null,
  ownerLength: choicesLength,
  write: (choices, { addressPattern = '' }) => compile(addressPattern).spell(choices),
  tagRule: null,
  parameters: { addressPattern: 'required' },
};

/** @returns undefined if the operator's expression is valid. */
export function problemOfPattern(text: string): DefinitionProblem | undefined {
  if (text.length > maxPatternLength) return { problem: 'pattern-too-long', maximum: maxPatternLength };
  try {
    return hasExamples(compile(text)) ? undefined : { problem: 'pattern-too-narrow' };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'pattern-too-repetitive' };
    if (!(error instanceof loadRe2().RE2JSException)) throw error;
    return { problem: 'pattern-malformed', reason: error.message };
  }
}

const examples = 64;

/** Whether different accounts of a simulated chain get different addresses and all of them match. */
function hasExamples({ expression, spell }: Compiled): boolean {
  const seeds = Array.from({ length: examples }, (_, index) => new Uint8Array(32).fill(index));
  const made = seeds.map((seed) => spell(expandSeed('example', seed, choicesLength)));
  const areAddresses = made.every((text) => freeText.test(text) && expression.matches(text));
  return areAddresses && new Set(made).size === examples;
}
