/** The approval policy: the one in force, a draft, and what the draft would have done. */

import { useSignal } from '@preact/signals';
import { asError } from '../../boundary/caught.ts';
import type { listPolicies, rehearsePolicy } from '../../contract/operator/policies.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { inputOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { may } from '../kit/session.ts';
import { type Action, ActionButton } from '../parts/action.ts';
import { idLink, money, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { Problem, whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { type Draft, draftOf, emptyRule, RulesEditor, requestOf } from './policy-editor.ts';

type Policies = OperatorReply<typeof listPolicies>;
type Policy = Policies['policies'][number];
type Rehearsal = OperatorReply<typeof rehearsePolicy>;
const own = text.rules;

export function PolicyPage(): Child {
  const policies = useResource<Policies>('/policies', { limit: 20 });
  return whenRead(policies, ({ policies: versions }) => {
    const inForce = versions.at(-1);
    return html`<${PageHead} title=${own.policy} />
      <p class="lead">${inForce === undefined ? own.noPolicy : html`${own.version(inForce.version)} ${inForce.actor}, ${time(inForce.time)}. ${inForce.reason}`}</p>
      <${Editor} key=${inForce?.version ?? 0} inForce=${inForce} changed=${policies.reload} />
      ${versions.length > 1 && html`<${Versions} of=${versions} />`}`;
  });
}

type EditorProps = { readonly inForce: Policy | undefined; readonly changed: () => Promise<void> };

function Editor({ inForce, changed }: EditorProps): Child {
  const draft = useSignal<Draft>(draftOf(inForce));
  const rehearsal = useSignal<Rehearsal | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const days = useSignal('30');
  const rehearse = async () => {
    rehearsal.value = undefined;
    error.value = undefined;
    try {
      rehearsal.value = await request('POST', '/policies/rehearse', {
        ...requestOf(draft.value),
        days: Number(days.value),
      });
    } catch (caught) {
      error.value = asError(caught);
    }
  };
  const put: Action = {
    label: own.put,
    permission: 'change-policies',
    method: 'PUT',
    path: '/policies',
    fields: [{ name: 'reason', label: text.common.reason, isOptional: true }],
    body: ({ reason }) => ({ ...requestOf(draft.value), ...(reason && { reason }) }),
    sentence: () => own.putSentence(draft.value.rules.length, draft.value.changes.length),
    proposal: { operation: 'putPolicy', path: {} },
  };
  const add = () => {
    draft.value = { ...draft.value, rules: [...draft.value.rules, emptyRule(draft.value.rules.length + 1)] };
  };
  const setDays = (event: Event) => {
    days.value = inputOf(event).value;
  };
  return html`<${Section} title=${own.rules} tools=${may('change-policies') && html`<button type="button" onClick=${add}>${own.addRule}</button>`}>
      <${RulesEditor} draft=${draft} />
    <//>
    <div class="bar">
      <label class="inline-field">${own.days} <input value=${days.value} inputmode="numeric" size="3" onInput=${setDays} /></label>
      <button type="button" onClick=${rehearse}>${own.rehearse}</button>
      <${ActionButton} action=${put} done=${changed} />
    </div>
    ${error.value && html`<${Problem} error=${error.value} />`}
    ${rehearsal.value && html`<${Outcome} of=${rehearsal.value} />`}`;
}

type Example = Rehearsal['examples'][number];

const exampleColumns: readonly Column<Example>[] = [
  { title: own.withdrawal, cell: ({ id }) => idLink(`/withdrawals/${id}`, id) },
  { title: text.common.customer, cell: ({ email }) => email },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  {
    title: own.decision,
    cell: ({ decision, approvers }) => (decision === 'deny' ? state('denied') : own.people(approvers)),
  },
  { title: own.rule, cell: ({ rule }) => rule },
  { title: own.actuallyNeeded, cell: ({ approvalsNeeded }) => own.people(approvalsNeeded) },
];

function Outcome({ of }: { readonly of: Rehearsal }): Child {
  const part = ({ count, valueUsd }: Rehearsal['passed']) =>
    html`<strong>${count}</strong> · ${money(valueUsd, 'USD')}`;
  return html`<${Section} title=${own.outcome}>
    <p class="faint" role="status">${time(of.from)} – ${time(of.to)}${!of.isComplete && ` ${own.incomplete}`}</p>
    <${Facts} of=${[
      [own.passed, part(of.passed)],
      [own.waited, part(of.waiting)],
      [own.denied, part(of.denied)],
      ...of.rules.map(({ name, count }) => [name, count] as const),
    ]} />
    <${Table} caption=${own.outcome} rows=${of.examples} columns=${exampleColumns} keyOf=${({ id }: Example) => id} empty=${own.allPassed} />
  <//>`;
}

const versionColumns: readonly Column<Policy>[] = [
  { title: own.number, cell: ({ version }) => version, isNumber: true },
  { title: text.common.time, cell: ({ time: at }) => time(at) },
  { title: own.proposer, cell: ({ actor }) => actor },
  { title: own.rules, cell: ({ rules }) => rules.map(({ name }) => name).join(', ') },
  { title: text.common.reason, cell: ({ reason }) => reason },
];

function Versions({ of }: { readonly of: readonly Policy[] }): Child {
  return html`<${Section} title=${own.versions}>
    <${Table} caption=${own.versions} rows=${[...of].reverse()} columns=${versionColumns} keyOf=${({ version }: Policy) => version} empty="" />
  <//>`;
}
