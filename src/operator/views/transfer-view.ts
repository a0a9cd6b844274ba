/** Transfers as operators see them. */
import type { listTransfers } from '../../contract/operator/transfers.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { customerOf, owingAccountOf } from '../../domain/ledger/ledger.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';

type TransferView = OperatorReply<typeof listTransfers>['transfers'][number];

export async function viewTransfers(
  parts: OperatorParts,
  rows: readonly Row<'transfers'>[],
): Promise<TransferView[]> {
  const owners = rows.flatMap(({ debit, credit }) => [ownerOf(debit), ownerOf(credit)]);
  const emailOf = await emailsOf(parts.reads, owners);
  const sealOf = await sealsOf(parts, rows);
  const side = (ledgerAccount: string) => {
    const owner = ownerOf(ledgerAccount);
    return { ledgerAccount, email: owner === null ? null : emailOf(owner) };
  };
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    asset: row.asset,
    amount: amountText(parts, row.asset, row.amount),
    debit: side(row.debit),
    credit: side(row.credit),
    reference: row.reference,
    cause: causeOf(row),
    seal: sealOf(row.seq),
  }));
}

/** The customer of a ledger account; null: the exchange. */
function ownerOf(ledgerAccount: string): number | null {
  const id = customerOf(ledgerAccount)?.accountId ?? owingAccountOf(ledgerAccount);
  return id === undefined || id === unattributedAccountId ? null : id;
}

function causeOf({ kind, reference }: Row<'transfers'>): string | null {
  const id = encodeURIComponent(reference);
  if (kind.startsWith('withdrawal-')) return `/operator/v1/withdrawals/${id}`;
  return kind.startsWith('deposit-') ? `/operator/v1/deposits/${id}` : null;
}

async function sealsOf({ reads }: OperatorParts, rows: readonly Row<'transfers'>[]) {
  const seals = rows.length === 0 ? [] : await reads.sealsCovering(rows.map(({ seq }) => seq));
  return (seq: number) => seals.find(({ lastSeq }) => lastSeq >= seq) ?? null;
}
