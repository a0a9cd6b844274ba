/** Asks for a proof of identity when an operation needs one. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asError } from '../../boundary/caught.ts';
import type { listMyPasskeys } from '../../contract/operator/access/me.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { formOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { askPasskey, hasPasskeys } from '../kit/passkey.ts';
import { awaited } from '../kit/proof.ts';
import { useResource } from '../parts/resource.ts';
import { Problem } from '../parts/status.ts';
import { text } from '../texts.ts';

const own = text.shell;

export function ProofDialog(): Child {
  return awaited.value === undefined ? null : html`<${Asking} />`;
}

function Asking(): Child {
  const dialog = useRef<HTMLDialogElement>(null);
  const error = useSignal<Error | undefined>(undefined);
  const passkeys = useResource<OperatorReply<typeof listMyPasskeys>>('/me/passkeys');
  useEffect(() => dialog.current?.showModal(), []);
  const end = (isProved: boolean) => {
    // Gives the focus back.
    dialog.current?.close();
    const waiting = awaited.value;
    awaited.value = undefined;
    if (isProved) waiting?.proved();
    else waiting?.cancelled();
  };
  const prove = async (event: Event) => {
    event.preventDefault();
    const password = String(new FormData(formOf(event)).get('password'));
    try {
      await request('POST', '/me/proof', { password });
      end(true);
    } catch (caught) {
      error.value = asError(caught);
    }
  };
  const usePasskey = async () => {
    try {
      const response = await askPasskey('/me/proof/passkey-options');
      await request('POST', '/me/proof/passkey', { response });
      end(true);
    } catch (caught) {
      error.value = asError(caught);
    }
  };
  const passwordField = html`<div class="field"><label for="proof-password">${own.password}</label>
    <input id="proof-password" name="password" type="password" autocomplete="current-password" required /></div>`;
  const count = passkeys.data.value?.passkeys.length;
  const isByPassword = count === 0;
  const isByPasskey = (count ?? 0) > 0 && hasPasskeys();
  useEffect(() => focusProof(dialog.current), [count]);
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby="proof-title" onCancel=${() => end(false)}>
    <h2 id="proof-title">${own.prove}</h2>
    <form onSubmit=${prove}>
      <p>${own.proveWhy}</p>
      ${isByPassword && passwordField}
      ${error.value && html`<${Problem} error=${error.value} />`}
      <footer><button type="button" class="quiet" onClick=${() => end(false)}>${text.common.cancel}</button>
        ${isByPasskey && html`<button type="button" class="primary" onClick=${usePasskey}>${own.proveWithPasskey}</button>`}
        ${isByPassword && html`<button class="primary">${own.prove}</button>`}</footer>
    </form>
  </dialog>`;
}

/** The dialog opens before it is known how people prove their identity; the focus is on Cancel then. */
const focusProof = (dialog: HTMLDialogElement | null) =>
  dialog?.querySelector<HTMLElement>('input, .primary')?.focus();
