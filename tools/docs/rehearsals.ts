/**
 * The generated part of docs/lab.md that shows the rehearsals of examples/rehearsals/. The comment at the head of each file
 * is its title and what it proves; their common beginning is shown once.
 */
import { globSync, readFileSync } from 'node:fs';
import { wrapLines } from './wrap-lines.ts';

const folder = 'examples/rehearsals';
/** In this order; the others follow. */
const order = [
  'lost-reply',
  'ban',
  'reorganised-deposit',
  'daily-maximum',
  'stuck-withdrawal',
  'dividend',
  'maintenance',
  'two-workers',
  'restored-backup',
  'slow-hour',
];
/** The last line of the beginning that all files share. */
const preambleEnd = "import { bursar } from './server.js';";

type Rehearsal = { readonly file: string; readonly text: string };

export function rehearsalSections(columns: number): string {
  const rehearsals = globSync(`${folder}/*.test.js`)
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
    .sort((one, other) => placeOf(one) - placeOf(other) || (one.file < other.file ? -1 : 1));
  const preamble = preambleOf(rehearsals[0] as Rehearsal);
  return [codeBlock(preamble), ...rehearsals.map((each) => sectionOf(each, columns))].join('\n\n');
}

function placeOf({ file }: Rehearsal): number {
  const place = order.findIndex((name) => file === `${folder}/${name}.test.js`);
  return place < 0 ? order.length : place;
}

function sectionOf({ file, text }: Rehearsal, columns: number): string {
  const [title = '', ...prose] = headOf(file, text);
  const code = text.slice(text.indexOf(preambleEnd) + preambleEnd.length).trim();
  const name = file.slice(folder.length + 1);
  return `### ${title}\n\n${wrapLines(prose.join('\n\n'), columns)}\n\n[${name}](../${file}):\n\n${codeBlock(code)}`;
}

/** The paragraphs of the comment at the head. */
function headOf(file: string, text: string): string[] {
  const head = /^\/\*\*\n(.*?)\n \*\/\n/s.exec(text)?.[1];
  if (head === undefined || !text.includes(preambleEnd))
    throw new Error(`${file} must begin with a comment, and have the line ${preambleEnd}`);
  return head
    .replaceAll(/^ \* ?/gm, '')
    .split('\n\n')
    .map((paragraph) => paragraph.replaceAll('\n', ' '));
}

function preambleOf({ text }: Rehearsal): string {
  return text.slice(text.indexOf('import '), text.indexOf(preambleEnd) + preambleEnd.length);
}

const codeBlock = (code: string) => `\`\`\`js\n${code}\n\`\`\``;
