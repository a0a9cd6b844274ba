/** Signing in with a password, and the use of one-time links. */

import { useSignal } from '@preact/signals';
import { asError } from '../../boundary/caught.ts';
import { request } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { askPasskey, hasPasskeys } from '../kit/passkey.ts';
import { address, go } from '../kit/route.ts';
import { readMe } from '../kit/session.ts';
import type { Field, Values } from '../parts/fields.ts';
import { FieldRow } from '../parts/fields.ts';
import { Problem } from '../parts/status.ts';
import { text } from '../texts.ts';

const own = text.shell;
const nameField: Field = { name: 'name', label: own.name };
const passwordField: Field = { name: 'password', label: own.password, kind: 'secret' };
const newPasswordField: Field = {
  name: 'password',
  label: own.newPassword,
  kind: 'new-secret',
  hint: own.passwordRule,
};

type Form = {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly path: string;
  readonly more?: object;
};

/** @returns the form that the address asks for: the secret of a link is after the `#`, which no server sees. */
function formOf(hash: string): Form {
  const secret = hash.slice(1);
  if (secret.startsWith('bursar_first_'))
    return {
      title: own.first,
      fields: [nameField, newPasswordField],
      path: '/links/first-administrator',
      more: { secret },
    };
  if (secret.startsWith('bursar_'))
    return { title: own.accept, fields: [newPasswordField], path: '/links/accept', more: { secret } };
  return { title: own.signIn, fields: [nameField, passwordField], path: '/sign-in' };
}

/** Whether the address is that of a one-time link, which people who are signed in may open too. */
export const isLink = ({ pathname, hash }: URL): boolean =>
  pathname === '/accept' && formOf(hash).more !== undefined;

export function SignIn(): Child {
  const { title, fields, path, more } = formOf(address.value.hash);
  const values = useSignal<Values>({});
  const error = useSignal<Error | undefined>(undefined);
  const isBusy = useSignal(false);
  const attempt = async (work: () => Promise<unknown>) => {
    isBusy.value = true;
    error.value = undefined;
    try {
      await work();
      if (more !== undefined) go('/', { replace: true });
      await readMe(true);
    } catch (caught) {
      error.value = asError(caught);
    }
    isBusy.value = false;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void attempt(() => request('POST', path, { ...values.value, ...more }));
  };
  const usePasskey = () =>
    attempt(async () => {
      const response = await askPasskey('/sign-in/passkey-options');
      await request('POST', '/sign-in/passkey', { response });
    });
  return html`<main class="alone"><h1>${title}</h1>
    <form onSubmit=${submit}>
      ${fields.map((field) => html`<${FieldRow} key=${field.name} field=${field} values=${values} prefix="sign-in" />`)}
      ${error.value && html`<${Problem} error=${error.value} />`}
      <button class="primary" disabled=${isBusy.value}>${title}</button>
    </form>
    ${more === undefined && hasPasskeys() && html`<button type="button" disabled=${isBusy.value} onClick=${usePasskey}>${own.withPasskey}</button>`}
    ${more === undefined && html`<p class="faint">${own.noAccess}</p>`}
  </main>`;
}
