/**
 * Checks that documents match the code: deviations against their tags, the configuration table against the settings,
 * the tables of the lab against its presets and its rehearsals against their files, and the list of dependencies
 * against package.json. `npm run check:docs -- --write` updates the generated parts. Also checks that every address
 * family is described, the lengths of documents and their lines, and that links between them lead to a file.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { settings } from '../../src/runtime/settings.ts';
import { problemsOfFamilyTable } from './address-families.ts';
import { dialectsPage } from './dialects-page.ts';
import { operationTable, presetTable } from './lab-tables.ts';
import { accessTable, permissionTable, roleTable } from './operator-tables.ts';
import { rehearsalSections } from './rehearsals.ts';
import { wrapLines } from './wrap-lines.ts';

const columns = 120;
const readmeColumns = 100;
const readmeLines = 120;

const write = process.argv.includes('--write');
const problems: string[] = [];

/** A tag's text ends at the next tag, an empty line, or the end of the comment. */
function deviationsOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found: string[] = [];
  for (const [index, line] of lines.entries()) {
    const tag = /(?:\*|\/\/)\s*(?:.*?\s)?deviation: (.*)$/.exec(line);
    if (tag === null) continue;
    const text = [tag[1] as string];
    for (let next = index + 1; next < lines.length && !text.at(-1)?.includes('*/'); next += 1) {
      const continued = /^\s*(?:\*|\/\/)(?!\/)\s*(.*)$/.exec(lines[next] as string);
      if (
        continued === null ||
        continued[1] === '' ||
        /^(spec:|deviation:|@|\/)/.test(continued[1] as string)
      )
        break;
      text.push(continued[1] as string);
    }
    found.push(
      text
        .join(' ')
        .replace(/\s*\*\/.*$/, '')
        .trim(),
    );
  }
  return found;
}

function deviationsPage(): string {
  const files = globSync('src/**/*.ts')
    .filter((file) => !file.endsWith('.test.ts'))
    .sort();
  const rows = files.flatMap((file) => deviationsOf(file).map((text) => `- ${text} ([${file}](../${file}))`));
  return `# Deviations

Where Bursar differs from the specification that it implements, and why. Generated from the \`deviation:\` tags in the
source by \`npm run check:docs -- --write\`.

${wrapLines(rows.join('\n'), columns)}
`;
}

function configurationTable(): string {
  const rows = Object.entries(settings).map(
    ([name, { flag, fallback, help }]) =>
      `| \`${name}\` | \`--${flag}\` | ${fallback === '' ? '–' : `\`${fallback}\``} | ${help} |`,
  );
  return ['| Variable | Option | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function configurationPage(): string {
  const page = readFileSync('docs/configuration.md', 'utf8');
  return between('docs/configuration.md', page, 'configuration', configurationTable());
}

function labPage(): string {
  const page = readFileSync('docs/lab.md', 'utf8');
  const withPresets = between('docs/lab.md', page, 'presets', presetTable());
  const withOperations = between('docs/lab.md', withPresets, 'operations', operationTable());
  return between('docs/lab.md', withOperations, 'rehearsals', rehearsalSections(columns));
}

function operatorsPage(): string {
  const tables = { roles: roleTable(), permissions: permissionTable(), access: accessTable() };
  return Object.entries(tables).reduce(
    (page, [name, table]) => between('docs/operators.md', page, name, table),
    readFileSync('docs/operators.md', 'utf8'),
  );
}

/** Rows of tables and lines that are a single word, such as a link, may be longer. */
function checkLineLengths(file: string, text: string, longest: number): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.length <= longest || line.startsWith('|') || !line.trim().includes(' ')) continue;
    problems.push(`${file}:${index + 1} has ${line.length} columns; the limit is ${longest}`);
  }
}

function checkLinks(file: string, text: string): void {
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target) || existsSync(join(dirname(file), target))) continue;
    problems.push(`${file} links to ${target}, which does not exist`);
  }
}

function checkDocument(file: string): void {
  const text = readFileSync(file, 'utf8');
  const isReadme = file === 'README.md';
  checkLinks(file, text);
  checkLineLengths(file, text, isReadme ? readmeColumns : columns);
  const lines = text.split('\n').length - 1;
  if (isReadme && lines > readmeLines)
    problems.push(`${file} has ${lines} lines; the limit is ${readmeLines}`);
}

function checkGenerated(file: string, expected: string): void {
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (current === expected) return;
  if (write) writeFileSync(file, expected);
  else problems.push(`${file} is out of date: run npm run check:docs -- --write`);
}

/** Replaces the text between the markers of a name. */
function between(file: string, text: string, name: string, inner: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) {
    problems.push(`${file} lacks ${start} … ${end}`);
    return text;
  }
  return `${text.slice(0, from + start.length)}\n${inner}\n${text.slice(to)}`;
}

checkGenerated('docs/deviations.md', deviationsPage());
checkGenerated('docs/configuration.md', configurationPage());
checkGenerated('docs/dialects.md', dialectsPage(columns));
checkGenerated('docs/lab.md', labPage());
checkGenerated('docs/operators.md', operatorsPage());

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as Record<string, Record<string, string>>;
const architecture = readFileSync('docs/architecture.md', 'utf8');
for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
  if (!architecture.includes(`\`${name}\``))
    problems.push(`docs/architecture.md does not name ${name} and why it was chosen`);
}

problems.push(...problemsOfFamilyTable());

for (const file of globSync(['*.md', 'docs/**/*.md']).sort()) checkDocument(file);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
