/** A draft of the approval policy, as texts of form fields. */

import type { Signal } from '@preact/signals';
import {
  type ApprovalRule,
  approvalDecisions,
  type ChangeKind,
  type ChangeRule,
  changeKinds,
  valuedChangeKinds,
} from '../../contract/approval-terms.ts';
import { operatorRoles, rolePermissions } from '../../contract/operator-permissions.ts';
import { textOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { may } from '../kit/session.ts';
import { listOf } from '../parts/lists.ts';
import { Empty } from '../parts/status.ts';
import { text } from '../texts.ts';

const own = text.rules;

/** A rule as typed; lists are separated by commas. */
type DraftRule = {
  readonly name: string;
  readonly assets: string;
  readonly aboveUsd: string;
  readonly destinations: string;
  readonly tags: string;
  readonly decision: string;
  readonly approvers: string;
  readonly role: string;
};
export type Draft = { readonly rules: readonly DraftRule[]; readonly changes: readonly ChangeRule[] };

export const emptyRule = (number: number): DraftRule => ({
  name: `rule ${number}`,
  assets: '',
  aboveUsd: '',
  destinations: '',
  tags: '',
  decision: 'approve',
  approvers: '1',
  role: '',
});

export function draftOf(
  policy: { readonly rules: readonly ApprovalRule[]; readonly changes: readonly ChangeRule[] } | undefined,
): Draft {
  const rules = (policy?.rules ?? []).map((rule) => ({
    name: rule.name,
    assets: rule.assets?.join(', ') ?? '',
    aboveUsd: rule.aboveUsd ?? '',
    destinations: rule.destinations?.join(', ') ?? '',
    tags: rule.tags?.join(', ') ?? '',
    decision: rule.decision,
    approvers: String(rule.approvers ?? ''),
    role: rule.role ?? '',
  }));
  return { rules, changes: policy?.changes ?? [] };
}

/** The body of the request, without conditions that are empty. */
export function requestOf({ rules, changes }: Draft): object {
  return { rules: rules.map(ruleOf), changes };
}

function ruleOf({
  name,
  assets,
  aboveUsd,
  destinations,
  tags,
  decision,
  approvers,
  role,
}: DraftRule): unknown {
  const many = (key: string, words: string) => (listOf(words).length === 0 ? {} : { [key]: listOf(words) });
  const needsPeople = decision === 'approve';
  return {
    name,
    decision,
    ...many('assets', assets),
    ...(aboveUsd !== '' && { aboveUsd }),
    ...many('destinations', destinations),
    ...many('tags', tags),
    ...(needsPeople && { approvers: Number(approvers) }),
    ...(needsPeople && role !== '' && { role }),
  };
}

const columns: readonly {
  readonly key: keyof DraftRule;
  readonly options?: readonly string[];
  readonly hint?: string;
}[] = [
  { key: 'name' },
  { key: 'assets', hint: own.anyHint },
  { key: 'aboveUsd' },
  { key: 'destinations', hint: 'new, whitelisted, internal' },
  { key: 'tags', hint: own.anyHint },
  { key: 'decision', options: approvalDecisions },
  { key: 'approvers' },
  { key: 'role', options: ['', ...operatorRoles] },
];

export function RulesEditor({ draft }: { readonly draft: Signal<Draft> }): Child {
  const { rules } = draft.value;
  const canChange = may('change-policies');
  const setRules = (next: readonly DraftRule[]) => {
    draft.value = { ...draft.value, rules: next };
  };
  const set = (at: number, key: keyof DraftRule, value: string) =>
    setRules(rules.map((rule, index) => (index === at ? { ...rule, [key]: value } : rule)));
  const swap = (at: number) =>
    setRules(
      rules.map(
        // cast: `at` is not the first.
        (rule, index) => (index === at ? rules[at - 1] : index === at - 1 ? rules[at] : rule) as DraftRule,
      ),
    );
  return html`${
    rules.length === 0
      ? html`<${Empty}>${own.noRules}<//>`
      : html`<ol class="rules">${rules.map(
          (rule, at) => html`<li key=${at}>
            <div class="rule">${columns.map((column) => html`<${Cell} key=${column.key} column=${column} rule=${rule} at=${at} set=${set} isFixed=${!canChange} />`)}</div>
            ${
              canChange &&
              html`<div class="rule-tools">
              <button type="button" class="quiet" disabled=${at === 0} aria-label=${own.earlier(rule.name)} onClick=${() => swap(at)}>↑</button>
              <button type="button" class="quiet" aria-label=${own.remove(rule.name)} onClick=${() => setRules(rules.filter((_, index) => index !== at))}>×</button>
            </div>`
            }
          </li>`,
        )}</ol>`
  }
    <${ChangesEditor} draft=${draft} isFixed=${!canChange} />`;
}

type CellProps = {
  readonly column: (typeof columns)[number];
  readonly rule: DraftRule;
  readonly at: number;
  readonly set: (at: number, key: keyof DraftRule, value: string) => void;
  readonly isFixed: boolean;
};

function Cell({ column: { key, options, hint }, rule, at, set, isFixed }: CellProps): Child {
  const onInput = (event: Event) => set(at, key, textOf(event));
  const isIdle = (key === 'approvers' || key === 'role') && rule.decision !== 'approve';
  const shared = { value: rule[key], onInput, disabled: isFixed || isIdle };
  return html`<label>${own.columns[key]}
    ${
      options
        ? html`<select ...${shared}>${options.map((option) => html`<option key=${option} value=${option}>${option || text.common.any}</option>`)}</select>`
        : html`<input ...${shared} placeholder=${hint} autocomplete="off" spellcheck=${false} />`
    }
  </label>`;
}

type ChangesProps = { readonly draft: Signal<Draft>; readonly isFixed: boolean };

/** Which changes by operators need a second person, above which value, and in which role. */
function ChangesEditor({ draft, isFixed }: ChangesProps): Child {
  const { changes } = draft.value;
  const put = (next: readonly ChangeRule[]) => {
    draft.value = { ...draft.value, changes: next };
  };
  const toggle = (kind: ChangeRule['kind']) => {
    const others = changes.filter((each) => each.kind !== kind);
    put(others.length < changes.length ? others : [...changes, { kind }]);
  };
  const set = (at: number, changed: ChangeRule) =>
    put(changes.map((each, index) => (index === at ? changed : each)));
  return html`<fieldset class="field several"><legend>${own.secondPerson}</legend>${changeKinds.map(
    (kind) =>
      html`<label key=${kind}><input type="checkbox" checked=${changes.some((each) => each.kind === kind)} disabled=${isFixed} onChange=${() => toggle(kind)} /> ${kind}</label>`,
  )}</fieldset>
    ${
      changes.length > 0 &&
      html`<ol class="rules">${changes.map(
        // A kind can have several rules, above different values.
        (rule, at) =>
          html`<li key=${at}><${ChangeRow} rule=${rule} set=${(changed: ChangeRule) => set(at, changed)} isFixed=${isFixed} /></li>`,
      )}</ol>`
    }`;
}

const kindsByValue: readonly ChangeKind[] = valuedChangeKinds;
/** The roles that can approve a change; others cannot, whatever a rule names. */
const deciders = operatorRoles.filter((role) =>
  rolePermissions[role].some((each) => each === 'decide-changes'),
);

type ChangeRowProps = {
  readonly rule: ChangeRule;
  readonly set: (rule: ChangeRule) => void;
  readonly isFixed: boolean;
};

function ChangeRow({ rule: { kind, aboveUsd, role }, set, isFixed }: ChangeRowProps): Child {
  const changed = (above: string | undefined, by: string | undefined) =>
    // cast: the options of the choice.
    set({ kind, ...(above && { aboveUsd: above }), ...(by && { role: by as ChangeRule['role'] }) });
  const above = html`<label>${own.columns.aboveUsd}
    <input value=${aboveUsd ?? ''} inputmode="decimal" disabled=${isFixed} onInput=${(event: Event) => changed(textOf(event), role)} /></label>`;
  return html`<div class="rule change"><strong>${kind}</strong>
    <label>${own.columns.role} <select value=${role ?? ''} disabled=${isFixed} onInput=${(event: Event) => changed(aboveUsd, textOf(event))}>
      ${['', ...deciders].map((each) => html`<option key=${each} value=${each}>${each || own.anyPermitted}</option>`)}
    </select></label>
    ${kindsByValue.includes(kind) && above}</div>`;
}
