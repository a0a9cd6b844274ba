/** The ledger: its transfers, and one of them with both sides, its cause and its seal. */
import type { getTransfer } from '../../contract/operator/transfers.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { transferKinds } from '../../contract/transfer-kinds.ts';
import { type Child, html } from '../kit/html.ts';
import { customer, idLink, money, shortId, time, wholeId } from '../parts/cells.ts';
import { emailFilter, movementFilters, timeFilters } from '../parts/filters.ts';
import { ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section } from '../parts/table.ts';
import { text } from '../texts.ts';

type Transfer = OperatorReply<typeof getTransfer>;
const own = text.ledger;

/** A customer by e-mail, the exchange by the name of its ledger account. */
const side = ({ ledgerAccount, email }: Transfer['debit']): Child =>
  email === null
    ? html`<code>${ledgerAccount}</code>`
    : html`${customer(email)} <span class="faint">${ledgerAccount.split(':').slice(1).join(' ')}</span>`;

/** The page about the cause of a transfer. */
function causeOf({ cause, reference }: Transfer): Child {
  return cause === null ? shortId(reference) : idLink(cause.replace('/operator/v1', ''), reference);
}

export const transferColumns: readonly Column<Transfer>[] = [
  { title: own.number, cell: ({ seq }) => html`<a href=${`/ledger/${seq}`}>${seq}</a>`, isNumber: true },
  { title: text.common.time, cell: ({ at }) => time(at) },
  { title: own.kind, cell: ({ kind }) => kind.replaceAll('-', ' ') },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  { title: own.debit, cell: ({ debit }) => side(debit) },
  { title: own.credit, cell: ({ credit }) => side(credit) },
  { title: own.cause, cell: causeOf },
  { title: own.sealed, cell: ({ seal }) => (seal === null ? own.notYet : text.common.yes) },
];

const filters = [
  emailFilter,
  { name: 'kind', label: own.kind, options: transferKinds },
  { name: 'reference', label: own.reference },
  ...movementFilters,
  ...timeFilters,
];

export function LedgerPage(): Child {
  return html`<${ListPage} title=${own.title} path="/transfers" rowsName="transfers" filters=${filters}
    tools=${html`<a class="button quiet" href="/statement">${own.statement}</a>`}
    columns=${transferColumns} keyOf=${({ seq }: Transfer) => seq} empty=${own.empty} />`;
}

export function TransferPage({ id }: { readonly id: string }): Child {
  const transfer = useResource<Transfer>(`/transfers/${id}`);
  return whenRead(
    transfer,
    (data) => html`<${PageHead} title=${own.one} id=${String(data.seq)} back="/ledger" />
      <div class="sides">
        <${Side} title=${own.debit} sign="−" of=${data.debit} transfer=${data} />
        <span aria-hidden="true">→</span>
        <${Side} title=${own.credit} sign="+" of=${data.credit} transfer=${data} />
      </div>
      <${Facts} of=${[
        [own.kind, data.kind.replaceAll('-', ' ')],
        [text.common.time, time(data.at)],
        [own.cause, causeOf(data)],
      ]} />
      <${Section} title=${own.seal}>${
        data.seal === null
          ? html`<p class="empty">${own.noSeal}</p>`
          : html`<${Facts} of=${[
              [own.covers, own.upTo(data.seal.lastSeq)],
              [own.sealedAt, time(data.seal.sealedAt)],
              [own.hash, wholeId(data.seal.hash)],
            ]} />`
      }<//>`,
  );
}

type SideProps = {
  readonly title: string;
  readonly sign: string;
  readonly of: Transfer['debit'];
  readonly transfer: Transfer;
};

function Side({ title, sign, of, transfer }: SideProps): Child {
  return html`<div class="side-of"><h2>${title}</h2><p>${side(of)}</p><p class="large">${sign}${money(transfer.amount, transfer.asset)}</p></div>`;
}
