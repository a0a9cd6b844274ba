/** A structure that is shown on demand, as JSON. */
import { type Child, html } from '../kit/html.ts';
import { text } from '../texts.ts';
import { none } from './cells.ts';

export function Details({ of }: { readonly of: unknown }): Child {
  const words = JSON.stringify(of, null, 1) ?? '';
  if (words === '' || words === '{}' || words === 'null') return none;
  return html`<details><summary>${text.common.show}</summary><pre>${words}</pre></details>`;
}
