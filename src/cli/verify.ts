/** `bursar verify`: checks the books in a data folder, whether a server runs over it or not, and changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, settings } from '../runtime/config.ts';
import { type IntegrityReport, reportIntegrity } from '../runtime/integrity-report.ts';
import { alignColumns, type Verb } from './verb.ts';

const progressEveryMs = 2000;

async function run(args: readonly string[]): Promise<number> {
  const { folder, json } = readArguments(args);
  const path = join(folder, 'bursar.sqlite');
  if (!existsSync(path)) throw new ConfigError(`there is no database ${path}; --data names its folder`);
  let report: IntegrityReport;
  try {
    report = await reportIntegrity({ file: path }, createProgress());
  } catch (error) {
    console.error(`bursar: ${path} cannot be read to its end: ${(error as Error).message}`);
    return 1;
  }
  console.log(json ? JSON.stringify(report, null, 2) : `${path}\n\n${describeReport(report)}`);
  return report.ok ? 0 : 1;
}

function readArguments(args: readonly string[]): { readonly folder: string; readonly json: boolean } {
  const options = { data: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { flag, fallback } = settings.BURSAR_DATA;
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return {
      folder: values[flag as 'data'] ?? process.env.BURSAR_DATA ?? fallback,
      json: values.json ?? false,
    };
  } catch (error) {
    throw new ConfigError((error as Error).message.split('\n')[0] ?? 'unreadable options');
  }
}

/** Says on standard error how far it is, when it takes long. */
function createProgress(): (rowsSoFar: number) => void {
  let nextMs = performance.now() + progressEveryMs;
  return (rowsSoFar) => {
    const nowMs = performance.now();
    if (nowMs < nextMs) return;
    nextMs = nowMs + progressEveryMs;
    console.error(`checked ${rowsSoFar.toLocaleString('en')} rows so far …`);
  };
}

function describeReport(report: IntegrityReport): string {
  const { ok, transfers, balancesRecomputed, chain, mismatches } = report;
  const verdict = ok
    ? 'OK: the books hold.'
    : `NOT OK: ${mismatches.length} mismatch${mismatches.length === 1 ? '' : 'es'}.\n\n${describeMismatches(report)}`;
  return `${describeAssets(report)}

${transfers} transfers counted, ${balancesRecomputed} balances recomputed.
Hash chain: ${chain.verified ? 'verified' : 'BROKEN'}, ${chain.sealed} transfers sealed, ${transfers - chain.sealed} wait for the next seal.
Its head: ${chain.head ?? 'none yet'}

${verdict}`;
}

function describeAssets({ assets }: IntegrityReport): string {
  const columns = [
    'asset',
    'customers',
    'custody',
    'open holds',
    'fees',
    'dust',
    'dividends',
    'adjustments',
    'sum',
  ];
  const rows = assets.map((books) => [
    books.asset,
    books.customerLiabilities,
    books.custody,
    books.openHolds,
    books.fees,
    books.dust,
    books.dividends,
    books.adjustments,
    books.sum,
  ]);
  return alignColumns([columns, ...rows]);
}

function describeMismatches({ mismatches }: IntegrityReport): string {
  return alignColumns(
    mismatches.map(({ check, subject, expected, found }) => [
      check,
      subject,
      `expected ${expected}`,
      `found ${found}`,
    ]),
  );
}

export const verifyVerb: Verb = {
  summary: 'Checks the books in a data folder: balances, holds, sums and the hash chain.',
  help: `usage: bursar verify [--data DIR] [--json]

Recomputes every balance from the transfers, compares what is held with what is under way, sums each asset over all
accounts, and verifies the hash chain again. Nothing is changed; a server may be running over the same data.

  --data DIR   Folder of the database: BURSAR_DATA, or else ${settings.BURSAR_DATA.fallback}.
  --json       Prints the report as JSON, as the operator API's GET /operator/v1/integrity does.

Somebody who could write to the database could also cut off the newest transfers with their seals, or seal everything
anew: keep the head of the chain elsewhere now and then, and look whether it is still among the seals.

Exit code: 0 when the books hold, 1 when they do not or cannot be read, 2 when it was called wrongly or there is no
database.`,
  run,
};
