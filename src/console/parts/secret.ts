/** Secrets that are shown only once. */
import { type Child, html } from '../kit/html.ts';
import { say } from '../kit/toast.ts';
import { text } from '../texts.ts';

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
