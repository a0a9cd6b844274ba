/**
 * Checks that documents match the code: deviations against their tags, the configuration table against the settings,
 * and the list of dependencies against package.json. `npm run check:docs -- --write` updates the generated parts.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { settings } from '../../src/runtime/config.ts';

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

${rows.join('\n')}
`;
}

function configurationTable(): string {
  const rows = Object.entries(settings).map(
    ([name, { flag, fallback, help }]) =>
      `| \`${name}\` | \`--${flag}\` | ${fallback === '' ? '–' : `\`${fallback}\``} | ${help} |`,
  );
  return ['| Variable | Flag | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function keep(file: string, expected: string): void {
  const present = readFileSync(file, 'utf8');
  if (present === expected) return;
  if (write) writeFileSync(file, expected);
  else problems.push(`${file} is out of date: run npm run check:docs -- --write`);
}

function between(text: string, start: string, end: string, inner: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) {
    problems.push(`README.md lacks ${start} … ${end}`);
    return text;
  }
  return `${text.slice(0, from + start.length)}\n${inner}\n${text.slice(to)}`;
}

keep('docs/deviations.md', deviationsPage());
const readme = readFileSync('README.md', 'utf8');
keep('README.md', between(readme, '<!-- configuration -->', '<!-- /configuration -->', configurationTable()));

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as Record<string, Record<string, string>>;
const architecture = readFileSync('docs/architecture.md', 'utf8');
for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
  if (!architecture.includes(`\`${name}\``))
    problems.push(`docs/architecture.md does not name ${name} and why it was chosen`);
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
