/** A list of events, oldest first. */
import { type Child, html } from '../kit/html.ts';
import { time } from './cells.ts';

export type Step = { readonly at: number; readonly what: Child; readonly amount?: Child };

export function Timeline({ steps }: { readonly steps: readonly Step[] }): Child {
  return html`<ol class="timeline">${steps.map(
    ({ at, what, amount }, index) => html`<li key=${index}>${time(at)}<span>${what}</span>${amount}</li>`,
  )}</ol>`;
}
