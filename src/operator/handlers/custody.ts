import * as operations from '../../contract/operator/custody.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { amountText } from './subject.ts';

/** At most so many broadcast withdrawals are added up: each takes a row, and the reply must not depend on their number. */
const maxBroadcast = 5000;

const placeOf = ({ asset, network }: { asset: string; network: string }) => `${asset} ${network}`;

export const listCustody = implement(operations.listCustody, async (_input, _operator, parts) => {
  // First what is reserved: a withdrawal that is claimed meanwhile is then not counted twice.
  const reserved = await reservedBy(parts);
  const rows = await parts.reads.rows('custody', {});
  return { custody: rows.map((row) => viewOf(row, reserved, parts)) };
});

function viewOf(row: Row<'custody'>, reserved: ReadonlyMap<string, bigint> | null, parts: OperatorParts) {
  const { asset, network, available, waiting } = row;
  return {
    asset,
    network,
    available: amountText(parts, asset, available),
    reserved: reserved && amountText(parts, asset, reserved.get(placeOf(row)) ?? 0n),
    waiting,
  };
}

/** @returns the net amounts of broadcast withdrawals by asset and network; null if there are too many. */
async function reservedBy({ reads }: OperatorParts): Promise<ReadonlyMap<string, bigint> | null> {
  const rows = await reads.withdrawalsUnderWay('broadcast', 0, maxBroadcast + 1);
  if (rows.length > maxBroadcast) return null;
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const place = placeOf(row);
    sums.set(place, (sums.get(place) ?? 0n) + row.amount - row.fee);
  }
  return sums;
}
