/** The dialog of an action: its consequences, the request, and the result. */

import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type Child, html } from '../kit/html.ts';
import { problemOf, withProof } from '../kit/proof.ts';
import { address } from '../kit/route.ts';
import { say } from '../kit/toast.ts';
import { text } from '../texts.ts';
import { type OpenAction, openAction } from './action.ts';
import { performIt, proposeIt } from './action-request.ts';
import { FieldRow, startOf, type Values } from './fields.ts';
import { Problem } from './status.ts';

/** Shows the dialog of the action that is open. Another page closes it. */
export function ActionHost(): Child {
  const { href } = address.value;
  useEffect(() => {
    openAction.value = undefined;
  }, [href]);
  const open = openAction.value;
  return open === undefined ? null : html`<${ActionDialog} of=${open} />`;
}

/** The state of an open action, for its dialog. */
function useAction(of: OpenAction, close: () => void) {
  const action = of.action.value;
  const values = useSignal<Values>(startOf(action.fields ?? []));
  const error = useSignal<Error | undefined>(undefined);
  const isBusy = useSignal(false);
  const shown = useSignal<Child>(undefined);
  const keys = useRef(new Map<string, string>());
  const send = async (work: () => Promise<unknown>, show: (reply: unknown) => void) => {
    isBusy.value = true;
    error.value = undefined;
    try {
      const reply = await withProof(work);
      await of.done();
      show(reply);
    } catch (caught) {
      error.value = problemOf(caught);
    }
    isBusy.value = false;
  };
  const end = (words: string) => {
    say(words);
    close();
  };
  const showResult = (reply: unknown) => {
    // cast: the action shows the reply of its own request.
    const result = action.result?.(reply as never);
    if (result === undefined) end(text.common.done(action.label));
    else shown.value = result;
  };
  const perform = () => send(() => performIt(action, values.value, keys.current), showResult);
  const showProposed = () => end(text.common.proposed(action.label));
  const propose = () => send(() => proposeIt(action, values.value), showProposed);
  return { action, values, error, isBusy, shown, perform, propose };
}

function ActionDialog({ of }: { readonly of: OpenAction }): Child {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // The browser gives the focus back to the button.
  const close = () => dialog.current?.close();
  const { action, values, error, isBusy, shown, perform, propose } = useAction(of, close);
  const isOver = !of.isOffered.value && !isBusy.value;
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby=${id} onClose=${afterClose}>
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
          ${isOver && html`<p class="problem" role="alert">${text.common.decidedMeanwhile}</p>`}
          <footer>
            <button type="button" class="quiet" onClick=${close}>${text.common.cancel}</button>
            ${action.proposal && html`<button type="button" disabled=${isBusy.value || isOver} onClick=${propose}>${text.common.propose}</button>`}
            <button class=${action.isDangerous ? 'danger' : 'primary'} disabled=${isBusy.value || isOver}>${action.label}</button>
          </footer>
        </form>`
        : html`<div class="result">${shown.value}</div>
          <footer><button type="button" class="primary" onClick=${close}>${text.common.close}</button></footer>`
    }
  </dialog>`;
}

/** If the button no longer exists, the focus moves to the start of the page, after the navigation. */
function afterClose(): void {
  openAction.value = undefined;
  if (document.activeElement === null || document.activeElement === document.body)
    document.getElementById('main')?.focus();
}
