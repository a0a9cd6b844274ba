/**
 * Generates a text that matches a compiled expression, for addresses of a simulated chain: a walk through the
 * expression's program from start to end, in which the given bytes decide at every fork.
 */

import type { RE2JS } from 're2js';
import { present } from '../../boundary/present.ts';

/** An instruction as compiled by re2js: its successor, the alternative of a fork, and ranges of characters. */
type Instruction = {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
};
type Program = { readonly inst: readonly Instruction[]; readonly start: number };

const op = { fork: 1, forkMatch: 2, fail: 5, match: 6, firstRune: 8, anyRune: 10, anyRuneNotLine: 11 };
const isFork = ({ op: code }: Instruction) => code === op.fork || code === op.forkMatch;
const isRune = ({ op: code }: Instruction) => code >= op.firstRune && code <= op.anyRuneNotLine;

/** Loops end after this many characters. */
const usualLength = 40;
const letters = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) =>
  letter.charCodeAt(0),
);
const printable = Array.from({ length: 94 }, (_, index) => 0x21 + index);

/** @returns a generator of examples. It consumes two bytes for each fork and each character. */
export function createSpeller(expression: RE2JS): (choices: Uint8Array) => string {
  // cast: the library does not export the type.
  const program = expression.re2().prog as Program;
  const chooseWay = createWayChooser(program);
  return (choices) => {
    const next = chooser(choices);
    let text = '';
    let at = program.start;
    for (let step = 0; step < program.inst.length + choices.length; step++) {
      const instruction = present(program.inst[at]);
      if (instruction.op === op.match) break;
      if (isRune(instruction)) text += spellRune(instruction, next);
      at = isFork(instruction) ? chooseWay(instruction, text.length, next) : instruction.out;
    }
    return text;
  };
}

type WayChooser = (fork: Instruction, length: number, next: (count: number) => number) => number;

/** Heads for the end once the text is long enough; before that, prefers longer paths, for more distinct texts. */
function createWayChooser(program: Program): WayChooser {
  const steps = stepsToMatch(program);
  const counts = new Map<number, number>();
  const countFrom = (at: number) => {
    const count = counts.get(at) ?? countReachable(program, at);
    counts.set(at, count);
    return count;
  };
  const stepsFrom = (at: number) => steps.get(at) ?? Number.POSITIVE_INFINITY;
  return ({ out, arg }, length, next) => {
    const difference =
      length >= usualLength || !steps.has(out) || !steps.has(arg)
        ? stepsFrom(arg) - stepsFrom(out)
        : countFrom(out) - countFrom(arg);
    if (difference > 0) return out;
    return difference < 0 || next(2) === 1 ? arg : out;
  };
}

function waysFrom(instruction: Instruction): readonly number[] {
  if (instruction.op === op.match || instruction.op === op.fail) return [];
  return isFork(instruction) ? [instruction.out, instruction.arg] : [instruction.out];
}

/** The minimum number of instructions from each one to the end. Instructions that cannot reach the end are absent. */
function stepsToMatch({ inst }: Program): Map<number, number> {
  const from = new Map<number, number[]>();
  for (const [index, instruction] of inst.entries()) {
    for (const way of waysFrom(instruction)) from.set(way, [...(from.get(way) ?? []), index]);
  }
  const steps = new Map<number, number>();
  for (const [index, { op: code }] of inst.entries()) if (code === op.match) steps.set(index, 0);
  for (const [index, count] of steps) {
    for (const before of from.get(index) ?? []) if (!steps.has(before)) steps.set(before, count + 1);
  }
  return steps;
}

function countReachable({ inst }: Program, start: number): number {
  const reached = new Set([start]);
  for (const at of reached) for (const way of waysFrom(present(inst[at]))) reached.add(way);
  return reached.size;
}

/** A letter or digit if the ranges contain one, else printable ASCII, else any character of the ranges. */
function spellRune({ op: code, runes }: Instruction, next: (count: number) => number): string {
  const ranges = code >= op.anyRune ? [0x21, 0x7e] : Array.from(runes);
  if (ranges.length === 1) ranges.push(...ranges);
  const isIn = (character: number) =>
    ranges.some((from, at) => at % 2 === 0 && character >= from && character <= present(ranges[at + 1]));
  for (const usual of [letters, printable]) {
    const allowed = usual.filter(isIn);
    if (allowed.length > 0) return String.fromCodePoint(present(allowed[next(allowed.length)]));
  }
  const [from = 0, to = 0] = ranges;
  return String.fromCodePoint(from + next(Math.min(to - from + 1, 0xffff)));
}

function chooser(choices: Uint8Array): (count: number) => number {
  let at = 0;
  return (count) => {
    const value = (choices[at] ?? 0) * 0x100 + (choices[at + 1] ?? 0);
    at += 2;
    return value % count;
  };
}
