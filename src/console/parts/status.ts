/** Shown by a page that has no data: it is being read, it cannot be read, or there is none. */

import { ApiError } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { text } from '../texts.ts';
import type { Resource } from './resource.ts';

export function Problem({ error, retry }: { readonly error: Error; readonly retry?: () => unknown }): Child {
  return html`<div class="problem" role="alert">
    <p>${wordsOf(error)}</p>
    <p class="faint">${adviceOf(error)}</p>
    ${retry && html`<button type="button" onClick=${() => retry()}>${text.common.retry}</button>`}
  </div>`;
}

/** The message without the part of the request that contains the field, which concerns only programs. */
const wordsOf = ({ message }: Error): string => message.replace(/^(body|query|path)\./, '');

function adviceOf(error: Error): string {
  if (!(error instanceof ApiError)) return text.errors.unreachable;
  if (error.status === 403) return text.errors.forbidden;
  if (error.status === 404) return text.errors.notFound;
  if (error.status === 409) return text.errors.conflict;
  if (error.status === 429) return text.errors.limited;
  if (error.status === 503) return text.errors.notDone;
  if (error.status === 504) return text.errors.unknown;
  return text.errors.invalid;
}

export function Empty({ children }: { readonly children?: Child }): Child {
  return html`<p class="empty">${children}</p>`;
}

/** Shows the data, or why there is none. A short wait shows nothing, so that nothing flickers. */
export function whenRead<T>({ data, error, reload }: Resource<T>, show: (data: T) => Child): Child {
  if (data.value !== undefined) return show(data.value);
  if (error.value !== undefined) return html`<${Problem} error=${error.value} retry=${reload} />`;
  return html`<p class="loading" role="status">${text.common.loading}</p>`;
}
