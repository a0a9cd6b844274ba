/** Formats an integrity report for people. */
import type { IntegrityReport } from '../maintenance/integrity-report.ts';
import { alignColumns } from './verb.ts';

export function describeReport(report: IntegrityReport): string {
  const { ok, transfers, balancesRecomputed, chain, mismatches } = report;
  const verdict = ok
    ? 'OK: the books balance.'
    : `NOT OK: ${mismatches.length} mismatch${mismatches.length === 1 ? '' : 'es'}.\n\n${describeMismatches(report)}`;
  return `${describeAssets(report)}

${describeCustody(report)}
${describeRemainders(report)}${describeReorganised(report)}
${transfers} transfers counted, ${balancesRecomputed} balances recomputed.
Hash chain: ${chain.verified ? 'verified' : 'BROKEN'}, ${chain.sealed} transfers sealed, ${transfers - chain.sealed} waiting for the next seal.
Latest seal: ${chain.head ?? 'none yet'}

${verdict}`;
}

function describeAssets({ assets }: IntegrityReport): string {
  const columns = [
    'asset',
    'customers',
    'custody',
    'covered',
    'open holds',
    'fees',
    'dust',
    'adjustments',
    'sum',
  ];
  const rows = assets.map((books) => [
    books.asset,
    books.customerLiabilities,
    books.custody,
    books.covered ? 'yes' : 'NO',
    books.openHolds,
    books.fees,
    books.dust,
    books.adjustments,
    books.sum,
  ]);
  return alignColumns([columns, ...rows]);
}

function describeCustody({ assets }: IntegrityReport): string {
  const columns = ['asset', 'network', 'custody', 'reserved', 'available', 'waiting'];
  const rows = assets.flatMap(({ asset, networks }) =>
    networks.map(({ network, custody, reserved, available, waiting }) => [
      asset,
      network,
      custody,
      reserved,
      available,
      String(waiting),
    ]),
  );
  return rows.length === 0 ? 'Custody is empty.' : alignColumns([columns, ...rows]);
}

function describeRemainders({ remainders }: IntegrityReport): string {
  if (remainders.length === 0) return '';
  const rows = remainders.map(({ network, asset, remainder }) => [network, asset, remainder]);
  return `\nFractions of deposits beyond the decimals of their asset, not credited:\n${alignColumns([['network', 'asset', 'remainder'], ...rows])}\n`;
}

function describeReorganised({ reorganised }: IntegrityReport): string {
  if (reorganised.length === 0) return '';
  const rows = reorganised.map(({ id, network, asset, amount }) => [id, network, asset, amount]);
  return `\nCredited deposits whose block is no longer part of the chain:\n${alignColumns([['deposit', 'network', 'asset', 'amount'], ...rows])}\n`;
}

export function describeMismatches({ mismatches }: IntegrityReport): string {
  return alignColumns(
    mismatches.map(({ check, subject, expected, found }) => [
      check,
      subject,
      `expected ${expected}`,
      `found ${found}`,
    ]),
  );
}
