/** A table: on a narrow screen each row becomes a block with the title of its column before each value. */
import { type Child, html } from '../kit/html.ts';
import { Empty } from './status.ts';

export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => Child;
  /** Amounts and numbers. */
  readonly isNumber?: boolean;
};

type TableProps<Row> = {
  /** A description of the table for people who cannot see it. */
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string | number;
  /** Advice for when there are no rows. */
  readonly empty: Child;
};

export function Table<Row>({ caption, rows, columns, keyOf, empty }: TableProps<Row>): Child {
  if (rows.length === 0) return html`<${Empty}>${empty}<//>`;
  const classOf = ({ isNumber }: Column<Row>) => (isNumber ? 'number' : undefined);
  return html`<table class="rows">
    <caption class="unseen">${caption}</caption>
    <thead><tr>${columns.map((column) => html`<th scope="col" class=${classOf(column)}>${column.title}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr key=${keyOf(row)}>
        ${columns.map((column) => html`<td class=${classOf(column)} data-title=${column.title}><div>${column.cell(row)}</div></td>`)}
      </tr>`,
    )}</tbody>
  </table>`;
}

/** Names and values, for one record. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: Child])[] }): Child {
  return html`<dl class="facts">${of.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

type SectionProps = { readonly title: string; readonly tools?: Child; readonly children?: Child };

export function Section({ title, tools, children }: SectionProps): Child {
  return html`<section class="section">
    <header><h2>${title}</h2><div class="tools">${tools}</div></header>
    ${children}
  </section>`;
}
