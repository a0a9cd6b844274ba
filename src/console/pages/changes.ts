/** Changes that need a second person. */
import type { getChange } from '../../contract/operator/changes.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { type Action, ActionButton, optionalReasonField } from '../parts/action.ts';
import { none, state, time } from '../parts/cells.ts';
import { ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { secretOfChange } from '../parts/secret.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section } from '../parts/table.ts';
import { text } from '../texts.ts';

type Change = OperatorReply<typeof getChange>;
const own = text.rules;

const columns: readonly Column<Change>[] = [
  {
    title: own.proposed,
    cell: ({ id, proposeTime }) => html`<a href=${`/changes/${id}`}>${time(proposeTime)}</a>`,
  },
  { title: own.kind, cell: ({ kind }) => kind },
  { title: own.subject, cell: ({ subject }) => subject },
  { title: own.what, cell: ({ body }) => brief(body) },
  { title: own.proposer, cell: ({ actor }) => actor },
  { title: text.common.reason, cell: ({ reason }) => reason || none },
  { title: own.state, cell: (change) => state(change.state) },
];

/** The fields of a request in one line, without its reason. */
function brief(body: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(body)
    .filter(([name]) => name !== 'reason')
    .map(([name, value]) => `${name} ${typeof value === 'object' ? '…' : String(value)}`);
  return words.join(', ');
}

export function ChangesPage(): Child {
  return html`<${ListPage} title=${own.changes} path="/changes" rowsName="changes" isNewestLast
    filters=${[{ name: 'pending', label: own.state, options: ['true'], names: own.pendingOnly }]}
    columns=${columns} keyOf=${({ id }: Change) => id} empty=${own.noChanges} />`;
}

export function ChangePage({ id }: { readonly id: string }): Child {
  const change = useResource<Change>(`/changes/${id}`);
  return whenRead(
    change,
    (data) => html`<${PageHead} title=${own.changeTitle} id=${data.id} back="/changes"
        tools=${data.state === 'pending' && actionsOf(data).map((action) => html`<${ActionButton} key=${action.label} action=${action} done=${change.reload} />`)} />
      <${Facts} of=${[
        [own.state, state(data.state)],
        [own.kind, data.kind],
        [own.subject, data.subject],
        [own.proposer, html`${data.actor}, ${time(data.proposeTime)}`],
        [text.common.reason, data.reason || none],
        [own.role, data.role ?? own.anyRole],
        [
          own.decided,
          data.decideTime === null ? none : html`${data.decidedByName}, ${time(data.decideTime)}`,
        ],
      ]} />
      <${Section} title=${own.request}>
        <${Facts} of=${Object.entries({ ...data.path, ...data.body }).map(([name, value]) => [name, shownValue(value)])} />
      <//>`,
  );
}

const shownValue = (value: unknown): Child =>
  typeof value === 'object' ? html`<pre>${JSON.stringify(value, null, 2)}</pre>` : String(value);

function actionsOf({ id, kind, subject, body }: Change): readonly Action[] {
  const decide = (verb: 'approve' | 'reject', isDangerous: boolean): Action => ({
    label: own[verb],
    permission: 'decide-changes',
    method: 'POST',
    path: `/changes/${id}/${verb}`,
    fields: [optionalReasonField],
    sentence: () => own.decideSentence[verb](kind, subject, brief(body)),
    isDangerous,
    result: secretOfChange,
  });
  return [decide('reject', true), decide('approve', false)];
}
