/** A link that saves a list as CSV. */
import { type Query, urlOf } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { text } from '../texts.ts';

export type CsvLinkProps = {
  /** Path of the list in the operator API. */
  readonly path: string;
  readonly query?: Query;
};

export function CsvLink({ path, query }: CsvLinkProps): Child {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return html`<a class="button quiet" download=${`${name}.csv`} href=${urlOf(path, { ...query, format: 'csv' })}>${text.common.csv}</a>`;
}
