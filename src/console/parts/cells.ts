/** The contents of tables and of lists of facts: amounts, times, ids, stages. */
import { type Child, html } from '../kit/html.ts';
import { text } from '../texts.ts';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** A local time, with UTC on hover. */
export function time(ms: number | null): Child {
  if (ms === null) return none;
  const at = new Date(ms);
  const utc = at.toISOString();
  return html`<time datetime=${utc} title=${utc}>${local.format(at)}</time>`;
}

const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
export const shortTime = (ms: number): string => hour.format(new Date(ms));

export const none = html`<span class="faint">–</span>`;

/** An exact decimal, with the code of its asset. */
export function money(amount: string | null, asset?: string): Child {
  if (amount === null) return none;
  return html`<span class="amount">${amount}${asset === undefined ? null : html` <span class="unit">${asset}</span>`}</span>`;
}

const short = (id: string): string => (id.length <= 18 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`);

/** A size in units of 1000 bytes. */
export function bytes(count: number): Child {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return html`<span class="amount">${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}</span>`;
}

/** An id that is shown shortened, and whole on hover. */
export const shortId = (id: string): Child =>
  id === '' ? none : html`<code title=${id}>${short(id)}</code>`;
export const idLink = (href: string, id: string): Child =>
  html`<a href=${href} title=${id}><code>${short(id)}</code></a>`;
export const wholeId = (id: string): Child => (id === '' ? none : html`<code class="whole">${id}</code>`);

export const customerPath = (email: string): string => `/customers/${encodeURIComponent(email)}`;
export const customer = (email: string | null): Child =>
  email === null
    ? html`<span class="faint">${text.common.noCustomer}</span>`
    : html`<a href=${customerPath(email)}>${email}</a>`;

/** The name of a person without its prefix; names of tokens keep theirs. */
export const actorName = (name: string): string => name.replace(/^operator:/, '');

/** A state in words; the colour only repeats it. */
export function state(word: string): Child {
  return html`<span class=${`state state-${tones[word] ?? 'plain'}`}>${word.replaceAll('-', ' ')}</span>`;
}

const tones: Readonly<Record<string, string>> = {
  ...tone('good', ['completed', 'approved', 'active', 'right', 'up', 'open', 'enabled', 'awake']),
  ...tone('busy', [
    'pending',
    'credited',
    'queued',
    'claimed',
    'broadcast',
    'returning',
    'invited',
    'held',
    'waiting',
    'sent',
  ]),
  ...tone('warn', [
    'awaiting-approval',
    'unattributed',
    'suspended',
    'below-minimum',
    'email-sent',
    'not-done',
    'unknown',
    'few left',
  ]),
  ...tone('bad', [
    'failed',
    'rejected',
    'denied',
    'disabled',
    'wrong',
    'vanished',
    'closed',
    'frozen',
    'locked',
  ]),
};

function tone(name: string, words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, name]));
}
