/** The verdict as JUnit XML: one test case for each incident. */
import { present } from '../../boundary/present.ts';
import type { VerdictReport } from './report.ts';

type ReportedIncident = VerdictReport['incidents'][number];

export function junitOf({ incidents, sentence, verdict }: VerdictReport): string {
  const failures = incidents.filter((each) => each.verdict === 'wrong').length;
  const skipped = incidents.filter((each) => each.verdict === 'open').length;
  const counts = `tests="${incidents.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bursar" ${counts}>`,
    `  <testsuite name="bursar.lab" ${counts}>`,
    ...incidents.map(testCase),
    `    <system-out>${escaped(`${verdict}: ${sentence}`)}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({
  firing,
  preset,
  operation,
  requestNumber,
  verdict,
  actions,
  sentence,
}: ReportedIncident) {
  const name = `${firing}: ${preset ?? 'a fault'} on request ${requestNumber}`;
  const head = `    <testcase classname="${escaped(`bursar.lab.${operation}`)}" name="${escaped(name)}"`;
  if (verdict === 'right') return `${head}/>`;
  const message = escaped(sentence);
  const content =
    verdict === 'wrong'
      ? `<failure type="${escaped(actions.at(-1) ?? 'wrong')}" message="${message}">${message}</failure>`
      : `<skipped message="${message}"/>`;
  return `${head}>${content}</testcase>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are not allowed in XML
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** For content and attributes; characters that XML does not allow are replaced. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(illegal, '\ufffd')
    .replace(/[&<>"']/g, (character) => present(entities[character]))
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
