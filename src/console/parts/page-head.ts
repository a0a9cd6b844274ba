/** The head of a page about one record. */
import { type Child, html } from '../kit/html.ts';
import { text } from '../texts.ts';

type PageHeadProps = {
  readonly title: string;
  /** Id of the record, as in the operator API. */
  readonly id?: string;
  /** The path of the list. */
  readonly back?: string;
  readonly tools?: Child;
};

export function PageHead({ title, id, back, tools }: PageHeadProps): Child {
  return html`<header class="page-head">
    <div>
      ${back && html`<a class="back" href=${back}>← ${text.common.back}</a>`}
      <h1>${title} ${id && html`<code>${id}</code>`}</h1>
    </div>
    <div class="tools">${tools}</div>
  </header>`;
}
