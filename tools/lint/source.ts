/**
 * Checks the promises of `docs/architecture.md` and CONTRIBUTING.md about the form of the source: casts only at marked
 * boundaries, and short files and functions. Prints every violation with its place.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { boundaries, longFiles } from './source-exceptions.ts';

const maxFileLines = 250;
const maxTestLines = 500;
const maxFunctionLines = 50;

const root = fileURLToPath(new URL('../..', import.meta.url));
const problems: string[] = [];
const unused = new Set([boundaries, longFiles].flatMap((each) => Object.keys(each)));

for (const file of globSync('{src,tools,test}/**/*.ts', { cwd: root }).sort()) check(file);
for (const name of unused)
  problems.push(`tools/lint/source-exceptions.ts: ${name} needs no exception any more`);
console.log(problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;

function check(file: string): void {
  const text = readFileSync(join(root, file), 'utf8');
  const isTest = file.startsWith('test/');
  const limit = isTest ? maxTestLines : maxFileLines;
  const count = text.split('\n').length - 1;
  if (count > limit && !isExcepted(file, longFiles))
    problems.push(`${file}: has ${count} lines, more than ${limit}; split it by subject`);
  if (isTest || file.endsWith('.test.ts')) return;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  visit(source, file.startsWith('src/') ? castReader(source) : () => {});
}

function isExcepted(file: string, exceptions: Readonly<Record<string, string>>): boolean {
  const name = Object.keys(exceptions).find(
    (each) => file === each || (each.endsWith('/') && file.startsWith(each)),
  );
  if (name !== undefined) unused.delete(name);
  return name !== undefined;
}

function visit(node: ts.Node, readCast: (node: ts.Node) => void): void {
  readCast(node);
  checkLength(node);
  ts.forEachChild(node, (child) => visit(child, readCast));
}

function checkLength(node: ts.Node): void {
  if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
  const source = node.getSourceFile();
  const count = lineOf(source, node.end) - lineOf(source, node.getStart(source)) + 1;
  if (count <= maxFunctionLines) return;
  const name = node.name?.getText(source) ?? 'a function';
  problems.push(`${placeOf(node)}: ${name} has ${count} lines, more than ${maxFunctionLines}; split it`);
}

/** A cast is marked by a comment that begins with `cast:`, on its line or on those before its expression. */
function castReader(source: ts.SourceFile): (node: ts.Node) => void {
  const lines = source.text.split('\n');
  return (node) => {
    if (!isCast(node, source) || isExcepted(source.fileName, boundaries)) return;
    if (isMarked(node, source, lines)) return;
    problems.push(
      `${placeOf(node)}: a cast needs a boundary: use a function of src/boundary/, let the type narrow, or say in a comment "// cast: …" why the value has the type`,
    );
  };
}

function isCast(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isNonNullExpression(node) || ts.isTypeAssertionExpression(node)) return true;
  return ts.isAsExpression(node) && node.type.getText(source) !== 'const';
}

function isMarked(node: ts.Node, source: ts.SourceFile, lines: readonly string[]): boolean {
  const first = lineOf(source, statementOf(node).getStart(source));
  const last = lineOf(source, node.end);
  const marks = (line: number) => /\/\/ cast: \S/.test(lines[line] ?? '');
  for (let line = first; line <= last; line++) if (marks(line)) return true;
  for (let line = first - 1; /^\s*\/\//.test(lines[line] ?? ''); line--) if (marks(line)) return true;
  return false;
}

/** The smallest part of the file that a comment before it is about. */
function statementOf(node: ts.Node): ts.Node {
  let found = node;
  while (
    !(
      ts.isStatement(found) ||
      ts.isClassElement(found) ||
      ts.isObjectLiteralElement(found) ||
      ts.isSourceFile(found.parent)
    )
  )
    found = found.parent;
  return found;
}

function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line;
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${lineOf(source, node.getStart(source)) + 1}`;
}
