/** Fields of forms. */

import type { Signal } from '@preact/signals';
import { inputOf, textOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly kind?:
    | 'text'
    | 'number'
    | 'long'
    | 'choice'
    | 'yes-no'
    | 'several'
    | 'secret'
    | 'new-secret'
    | 'local-time'
    | 'file';
  /** The values of a choice, of one or of several. */
  readonly options?: readonly string[];
  /** The labels of the values of a choice; a value without a label is shown as it is. */
  readonly names?: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly hint?: string;
  readonly isOptional?: boolean;
  readonly pattern?: string;
};
export type Values = Readonly<Record<string, string>>;

export const startOf = (fields: readonly Field[]): Values =>
  Object.fromEntries(
    fields.map(({ name, value, kind, options, isOptional }) => [
      name,
      value ?? (kind === 'choice' && !isOptional ? (options?.[0] ?? '') : ''),
    ]),
  );

type FieldProps = { readonly field: Field; readonly values: Signal<Values>; readonly prefix: string };

/** One field with its label and its hint. */
export function FieldRow({ field, values, prefix }: FieldProps): Child {
  const id = `${prefix}-${field.name}`;
  const hint = field.hint === undefined ? null : html`<small id=${`${id}-hint`}>${field.hint}</small>`;
  if (field.kind === 'several') return html`<${Several} field=${field} values=${values} prefix=${id} />`;
  const isCheck = field.kind === 'yes-no';
  return html`<div class=${isCheck ? 'field check' : 'field'}>
    <label for=${id}>${field.label}</label>
    ${control(field, id, values)}
    ${hint}
  </div>`;
}

function control(field: Field, id: string, values: Signal<Values>): Child {
  const set = (value: string) => {
    values.value = { ...values.value, [field.name]: value };
  };
  const shared = {
    id,
    name: field.name,
    value: values.value[field.name] ?? '',
    required: !field.isOptional,
    onInput: (event: Event) => set(textOf(event)),
    ...(field.pattern !== undefined && { pattern: field.pattern }),
    ...(field.hint !== undefined && { 'aria-describedby': `${id}-hint` }),
  };
  switch (field.kind) {
    case 'choice':
      return html`<select ...${shared}>
        ${field.isOptional && html`<option value="">–</option>`}
        ${field.options?.map((option) => html`<option key=${option} value=${option}>${field.names?.[option] ?? option}</option>`)}
      </select>`;
    case 'long':
      return html`<textarea ...${shared} rows="8" spellcheck=${false}></textarea>`;
    case 'yes-no':
      return html`<input id=${id} type="checkbox" checked=${values.value[field.name] === 'true'}
        onChange=${(event: Event) => set(String(inputOf(event).checked))} />`;
    case 'number':
      return html`<input ...${shared} inputmode="decimal" autocomplete="off" />`;
    case 'local-time':
      return html`<input ...${shared} type="datetime-local" step="1" />`;
    case 'file': {
      const read = async (event: Event) => {
        const file = inputOf(event).files?.[0];
        if (file !== undefined) set(await base64Of(file));
      };
      return html`<input id=${id} type="file" required onChange=${read} />`;
    }
    case 'secret':
      return html`<input ...${shared} type="password" autocomplete="current-password" />`;
    case 'new-secret':
      return html`<input ...${shared} type="password" minlength="12" autocomplete="new-password" />`;
    default:
      return html`<input ...${shared} autocomplete="off" spellcheck=${false} />`;
  }
}

/** Checkboxes; the value is the chosen options, separated by commas. */
function Several({ field, values, prefix }: FieldProps): Child {
  const chosen = (values.value[field.name] ?? '').split(',').filter(Boolean);
  const toggle = (option: string) => {
    const next = chosen.includes(option) ? chosen.filter((each) => each !== option) : [...chosen, option];
    values.value = { ...values.value, [field.name]: next.join() };
  };
  return html`<fieldset class="field several"><legend>${field.label}</legend>
    ${field.options?.map(
      (option) => html`<label key=${option} for=${`${prefix}-${option}`}>
        <input id=${`${prefix}-${option}`} type="checkbox" checked=${chosen.includes(option)} onChange=${() => toggle(option)} /> ${option}
      </label>`,
    )}
  </fieldset>`;
}

async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(''));
}
