/**
 * Generates texts that match a compiled regular expression, as addresses of a simulated chain. A generator walks
 * through the program of the expression from start to match; the given bytes decide at each fork.
 */

import type { RE2JS } from 're2js';
import { present } from '../../boundary/present.ts';

/** An instruction as compiled by re2js: `out` is its successor, `arg` the other one of a fork; `runes` are ranges. */
type Instruction = {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
};
type Program = { readonly inst: readonly Instruction[]; readonly start: number };

/** Opcodes of re2js. */
const op = { fork: 1, forkMatch: 2, fail: 5, match: 6, firstRune: 8, anyRune: 10, anyRuneNotLine: 11 };
const isFork = ({ op: code }: Instruction) => code === op.fork || code === op.forkMatch;
const isRune = ({ op: code }: Instruction) => code >= op.firstRune && code <= op.anyRuneNotLine;

/** A text that has this many characters is ended as soon as the expression allows. */
const targetLength = 40;
const letters = [...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) =>
  letter.charCodeAt(0),
);
const printable = Array.from({ length: 94 }, (_, index) => 0x21 + index);

/** @returns a generator of examples. It consumes two bytes for each fork and each character. */
export function createExampleGenerator(expression: RE2JS): (choices: Uint8Array) => string {
  // cast: the library does not export the type.
  const program = expression.re2().prog as Program;
  const chooseBranch = createBranchChooser(program);
  return (choices) => {
    const next = chooser(choices);
    let text = '';
    let at = program.start;
    for (let step = 0; step < program.inst.length + choices.length; step++) {
      const instruction = present(program.inst[at]);
      if (instruction.op === op.match) break;
      if (isRune(instruction)) text += pickCharacter(instruction, next);
      at = isFork(instruction) ? chooseBranch(instruction, text.length, next) : instruction.out;
    }
    return text;
  };
}

type BranchChooser = (fork: Instruction, length: number, next: (count: number) => number) => number;

/**
 * Takes the shortest path to the match once the text is long enough. Before that, prefers the branch from which more
 * instructions can be reached, for more distinct texts.
 */
function createBranchChooser(program: Program): BranchChooser {
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
      length >= targetLength || !steps.has(out) || !steps.has(arg)
        ? stepsFrom(arg) - stepsFrom(out)
        : countFrom(out) - countFrom(arg);
    if (difference > 0) return out;
    return difference < 0 || next(2) === 1 ? arg : out;
  };
}

function successorsOf(instruction: Instruction): readonly number[] {
  if (instruction.op === op.match || instruction.op === op.fail) return [];
  return isFork(instruction) ? [instruction.out, instruction.arg] : [instruction.out];
}

/** The fewest steps from each instruction to a match. Instructions that cannot reach one are absent. */
function stepsToMatch({ inst }: Program): Map<number, number> {
  const from = new Map<number, number[]>();
  for (const [index, instruction] of inst.entries()) {
    for (const next of successorsOf(instruction)) from.set(next, [...(from.get(next) ?? []), index]);
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
  for (const at of reached) for (const next of successorsOf(present(inst[at]))) reached.add(next);
  return reached.size;
}

/** A letter or digit if the ranges contain one, else printable ASCII, else any character of the ranges. */
function pickCharacter({ op: code, runes }: Instruction, next: (count: number) => number): string {
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

/** @returns a function that chooses a number below `count`, by the next two bytes. */
function chooser(choices: Uint8Array): (count: number) => number {
  let at = 0;
  return (count) => {
    const value = (choices[at] ?? 0) * 0x100 + (choices[at + 1] ?? 0);
    at += 2;
    return value % count;
  };
}
