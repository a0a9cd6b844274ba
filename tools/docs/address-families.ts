/** The table of address families in docs/networks.md has a row for every family. */
import { readFileSync } from 'node:fs';
import { addressFormats } from '../../src/contract/address-format.ts';

const file = 'docs/networks.md';
const heading = '## Address families';

/** @returns what is wrong with the table, for people. */
export function problemsOfFamilyTable(): string[] {
  const page = readFileSync(file, 'utf8');
  const [, section] = page.split(`\n${heading}\n`);
  if (section === undefined)
    return [`${file} lacks the section '${heading}', which describes the address families`];
  const [text = ''] = section.split('\n## ');
  const [, rowsText = ''] = text.split(/^\|[-|]+$/m);
  const rows = [...rowsText.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
  const missing = addressFormats.filter((format) => !rows.includes(format));
  const unknown = rows.filter((name) => !addressFormats.some((format) => format === name));
  return [
    ...missing.map(
      (format) => `${file} does not describe the address family ${format}: add a row to '${heading}'`,
    ),
    ...unknown.map(
      (name) => `${file} describes ${name}, which is no address family: remove its row from '${heading}'`,
    ),
  ];
}
