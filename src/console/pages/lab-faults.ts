/** Faults of the lab: arm a preset, the rules, and the requests that they have hit. */
import type { listLabFaults, listLabFirings, listLabPresets } from '../../contract/operator/lab/faults.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { type Action, ActionButton } from '../parts/action.ts';
import { idLink, none, shortId, time } from '../parts/cells.ts';
import type { Field } from '../parts/fields.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Rule = OperatorReply<typeof listLabFaults>['faults'][number];
type Firing = OperatorReply<typeof listLabFirings>['firings'][number];
type Preset = OperatorReply<typeof listLabPresets>['presets'][number];
const own = text.lab;
const shared = { permission: 'use-lab' } as const;

const conditions: readonly Field[] = [
  { name: 'operation', label: own.operation, hint: own.operationHint, isOptional: true },
  { name: 'account', label: text.common.customer, isOptional: true },
  { name: 'asset', label: text.common.asset, isOptional: true },
];

/** @returns the action that arms a preset. */
function arm({ name, consequence, requests }: Preset): Action {
  return {
    ...shared,
    label: own.arm,
    method: 'POST',
    path: '/lab/faults',
    fields: [...conditions, { name: 'times', label: own.times, kind: 'number', value: '1' }],
    body: ({ times, ...values }) => ({
      do: name,
      times: Number(times),
      on: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
    }),
    sentence: ({ times }) =>
      html`<strong>${name}</strong>: ${own.armSentence(times || '1', requests)} ${consequence}`,
  };
}

const removeRule = ({ id, left }: Rule): Action => ({
  ...shared,
  label: own.remove,
  method: 'DELETE',
  path: `/lab/faults/${id}`,
  body: null,
  sentence: () => own.removeRuleSentence(id, left),
  isDangerous: true,
});

const removeAll: Action = {
  ...shared,
  label: own.removeAll,
  method: 'DELETE',
  path: '/lab/faults',
  body: null,
  sentence: () => own.removeAllSentence,
  isDangerous: true,
};

const firingColumns: readonly Column<Firing>[] = [
  { title: text.common.time, cell: ({ at }) => time(at) },
  { title: own.request, cell: ({ requestNumber }) => requestNumber, isNumber: true },
  {
    title: own.fault,
    cell: ({ preset, source }) => html`${preset ?? own.custom} <span class="faint">${source}</span>`,
  },
  { title: own.operation, cell: ({ operation }) => operation },
  {
    title: own.withdrawal,
    cell: ({ withdrawalId }) =>
      withdrawalId === null ? none : idLink(`/withdrawals/${withdrawalId}`, withdrawalId),
  },
  { title: own.workDone, cell: ({ done }) => (done ? text.common.yes : text.common.no) },
];

export function FaultsPage(): Child {
  const rules = useResource<OperatorReply<typeof listLabFaults>>('/lab/faults');
  const firings = useResource<OperatorReply<typeof listLabFirings>>('/lab/firings');
  const presets = useResource<OperatorReply<typeof listLabPresets>>('/lab/presets');
  const changed = () => Promise.all([rules.reload(), firings.reload()]);
  const button = (action: Action) => html`<${ActionButton} isQuiet action=${action} done=${changed} />`;
  const ruleColumns: readonly Column<Rule>[] = [
    { title: own.rule, cell: ({ id }) => shortId(id) },
    { title: own.fault, cell: (rule) => (typeof rule.do === 'string' ? rule.do : own.custom) },
    {
      title: own.conditions,
      cell: ({ on }) =>
        Object.entries(on)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ') || own.allRequests,
    },
    { title: own.matched, cell: ({ matched }) => matched, isNumber: true },
    { title: own.fired, cell: ({ fired }) => fired, isNumber: true },
    { title: own.left, cell: ({ left }) => left, isNumber: true },
    { title: text.common.actions, cell: (rule) => button(removeRule(rule)) },
  ];
  const presetColumns: readonly Column<Preset>[] = [
    { title: own.preset, cell: ({ name }) => html`<code class="whole">${name}</code>` },
    {
      title: own.consequence,
      cell: ({ consequence, source }) => html`<span title=${source}>${consequence}</span>`,
    },
    { title: own.requests, cell: ({ requests }) => requests },
    { title: text.common.actions, cell: (preset) => button(arm(preset)) },
  ];
  return html`<${PageHead} title=${own.faults} tools=${rules.data.value?.faults.length !== 0 && button(removeAll)} />
    <${Section} title=${own.armed}>${whenRead(rules, ({ faults }) => html`<${Table} caption=${own.armed} rows=${faults} columns=${ruleColumns} keyOf=${({ id }: Rule) => id} empty=${own.noRules} />`)}<//>
    <${Section} title=${own.firings}>${whenRead(firings, (data) => html`<${Table} caption=${own.firings} rows=${data.firings.toReversed()} columns=${firingColumns} keyOf=${({ id }: Firing) => id} empty=${own.noFirings} />`)}<//>
    <${Section} title=${own.presets}>${whenRead(presets, (data) => html`<${Table} caption=${own.presets} rows=${data.presets} columns=${presetColumns} keyOf=${({ name }: Preset) => name} empty="" />`)}<//>`;
}
