/** Secrets that are shown only once. */
import { type Child, html } from '../kit/html.ts';
import { say } from '../kit/toast.ts';
import { text } from '../texts.ts';

type Opened = { readonly link?: { readonly secret: string }; readonly token?: string };

/** @returns the one-time link or the token that a reply contains; undefined without one. */
export function secretOf(reply: unknown): Child {
  // cast: the contract says so of the operations that open access; others have neither.
  const { link, token } = (reply ?? {}) as Opened;
  const own = text.access;
  if (link !== undefined) return oneTimeSecrets([[own.link, `${location.origin}/accept#${link.secret}`]]);
  return token === undefined ? undefined : oneTimeSecrets([[own.token, token]]);
}

/** The secret of an approved change: its approver gets the secret that the operation has created. */
export const secretOfChange = (reply: { readonly result?: unknown }): Child => secretOf(reply.result);

export function oneTimeSecrets(secrets: readonly (readonly [name: string, value: string])[]): Child {
  const copy = async (name: string, value: string) => {
    await navigator.clipboard.writeText(value);
    say(text.common.copied(name));
  };
  return html`<p>${text.common.shownOnce}</p>
    <dl class="secrets">${secrets.map(
      ([name, value]) => html`<div key=${name}><dt>${name}</dt>
        <dd><code class="whole">${value}</code> <button type="button" class="quiet" onClick=${() => copy(name, value)}>${text.common.copy}</button></dd></div>`,
    )}</dl>`;
}
