/** Actions: a button, a dialog that asks once with the numbers, the request, and what came of it. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { proposableOperations } from '../../contract/operator/changes.ts';
import type { OperatorPermission } from '../../contract/operator-permissions.ts';
import { request } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { withProof } from '../kit/proof.ts';
import { may } from '../kit/session.ts';
import { say } from '../kit/toast.ts';
import { text } from '../texts.ts';
import { type Field, FieldRow, startOf, type Values } from './fields.ts';
import { Problem } from './status.ts';

export type Action = {
  readonly label: string;
  readonly permission: OperatorPermission | 'anyone';
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string | ((values: Values) => string);
  readonly fields?: readonly Field[];
  /** The body of the request. Absent: the fields that are not empty. null: none. */
  readonly body?: ((values: Values) => unknown) | null;
  /** What will happen, with the numbers. */
  readonly sentence: (values: Values) => Child;
  readonly isDangerous?: boolean;
  /** The operation takes an idempotency key: pressing again after a lost reply does nothing twice. */
  readonly isIdempotent?: boolean;
  /** If a second person may have to approve it: how to propose it. */
  readonly proposal?: {
    readonly operation: (typeof proposableOperations)[number];
    readonly path: Readonly<Record<string, string>>;
  };
  /** What to say afterwards, or something to show that is shown only once. */
  readonly result?: (reply: never) => Child;
};

type ActionProps = { readonly action: Action; readonly done: () => unknown; readonly isQuiet?: boolean };

/** Shown only to those who may. */
export function ActionButton({ action, done, isQuiet }: ActionProps): Child {
  const isOpen = useSignal(false);
  if (!may(action.permission)) return null;
  const look = [isQuiet && 'quiet', action.isDangerous && 'danger'].filter(Boolean).join(' ');
  return html`<button type="button" class=${look} onClick=${() => {
    isOpen.value = true;
  }}>${action.label}</button>
    ${isOpen.value && html`<${ActionDialog} action=${action} done=${done} isOpen=${isOpen} />`}`;
}

type DialogProps = {
  readonly action: Action;
  readonly done: () => unknown;
  readonly isOpen: Signal<boolean>;
};

function ActionDialog({ action, done, isOpen }: DialogProps): Child {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const values = useSignal<Values>(startOf(action.fields ?? []));
  const error = useSignal<Error | undefined>(undefined);
  const isBusy = useSignal(false);
  const shown = useSignal<Child>(undefined);
  const keys = useRef(new Map<string, string>());
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    isOpen.value = false;
  };
  const send = async (work: () => Promise<unknown>) => {
    isBusy.value = true;
    error.value = undefined;
    try {
      const reply = await withProof(work);
      await done();
      const result = action.result?.(reply as never);
      if (result !== undefined) shown.value = result;
      else {
        say(text.common.done(action.label));
        close();
      }
    } catch (caught) {
      error.value = caught as Error;
    }
    isBusy.value = false;
  };
  const perform = () => send(() => performIt(action, values.value, keys.current));
  const propose = () => send(() => proposeIt(action, values.value));
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby=${id} onClose=${close}>
    <h2 id=${id}>${action.label}</h2>
    ${
      shown.value === undefined
        ? html`<form onSubmit=${(event: Event) => {
            event.preventDefault();
            void perform();
          }}>
          ${action.fields?.map((field) => html`<${FieldRow} key=${field.name} field=${field} values=${values} prefix=${id} />`)}
          <p class="sentence">${action.sentence(values.value)}</p>
          ${error.value && html`<${Problem} error=${error.value} />`}
          <footer>
            <button type="button" class="quiet" onClick=${close}>${text.common.cancel}</button>
            ${action.proposal && html`<button type="button" disabled=${isBusy.value} onClick=${propose}>${text.common.propose}</button>`}
            <button class=${action.isDangerous ? 'danger' : 'primary'} disabled=${isBusy.value}>${action.label}</button>
          </footer>
        </form>`
        : html`<div class="result">${shown.value}</div>
          <footer><button type="button" class="primary" onClick=${close}>${text.common.close}</button></footer>`
    }
  </dialog>`;
}

const filled = (values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

function bodyOf({ body, fields }: Action, values: Values): unknown {
  if (body === null) return undefined;
  return body?.(values) ?? (fields === undefined ? {} : filled(values));
}

/** @param keys of the requests that this dialog has sent, by their content: the same content is the same request. */
function performIt(action: Action, values: Values, keys: Map<string, string>): Promise<unknown> {
  const path = typeof action.path === 'string' ? action.path : action.path(values);
  const body = bodyOf(action, values);
  if (!action.isIdempotent) return request(action.method, path, body);
  const content = `${path} ${JSON.stringify(body)}`;
  const key = keys.get(content) ?? randomKey();
  keys.set(content, key);
  return request(action.method, path, body, undefined, key);
}

/** Not `randomUUID`, which pages have over HTTPS and on localhost only. */
const randomKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join('-');

function proposeIt(action: Action, values: Values): Promise<unknown> {
  const { operation, path } = action.proposal as NonNullable<Action['proposal']>;
  const body = bodyOf(action, values);
  return request('POST', '/changes', { operation, path, body, reason: values.reason ?? '' });
}

export const reasonField: Field = { name: 'reason', label: text.common.reason };
export const optionalReasonField: Field = { ...reasonField, isOptional: true };
