/** The audit trail. */
import type { listAudit } from '../../contract/operator/audit.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { none, shortId, time } from '../parts/cells.ts';
import { Details } from '../parts/details.ts';
import { emailFilter, movementFilters, timeFilters } from '../parts/filters.ts';
import { ListPage } from '../parts/list-page.ts';
import type { Column } from '../parts/table.ts';
import { text } from '../texts.ts';

type Entry = OperatorReply<typeof listAudit>['entries'][number];
const own = text.access;

const columns: readonly Column<Entry>[] = [
  { title: own.number, cell: ({ seq }) => seq, isNumber: true },
  { title: text.common.time, cell: ({ at }) => time(at) },
  { title: own.actor, cell: ({ actor }) => actor },
  { title: own.action, cell: ({ action }) => action.replaceAll('-', ' ') },
  { title: own.subject, cell: ({ subject }) => (isLongId(subject) ? shortId(subject) : subject) },
  { title: text.common.reason, cell: ({ reason }) => reason || none },
  { title: own.details, cell: ({ details }) => html`<${Details} of=${details} />` },
];

const isLongId = (subject: string) => /^[0-9a-zA-Z]{24,}$/.test(subject);

const filters = [
  { name: 'actor', label: own.actor },
  { name: 'action', label: own.action },
  { name: 'subject', label: own.subject },
  emailFilter,
  ...movementFilters,
  ...timeFilters,
];

export function AuditPage(): Child {
  return html`<${ListPage} title=${own.audit} path="/audit" rowsName="entries" filters=${filters}
    columns=${columns} keyOf=${({ seq }: Entry) => seq} empty=${own.noEntries} />`;
}
