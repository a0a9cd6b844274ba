/** Light, dark, or as the system has it. */

import { signal } from '@preact/signals';
import { selectOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { text } from '../texts.ts';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const key = 'theme';
const stored = localStorage.getItem(key);
const theme = signal<Theme>(themes.find((each) => each === stored) ?? 'system');

const apply = () => {
  document.documentElement.dataset.theme = theme.value;
};
apply();

export function ThemeSwitch(): Child {
  const change = (event: Event) => {
    // cast: the options are these.
    theme.value = selectOf(event).value as Theme;
    localStorage.setItem(key, theme.value);
    apply();
  };
  return html`<select class="theme" aria-label=${text.shell.theme} value=${theme.value} onChange=${change}>
    ${themes.map((each) => html`<option key=${each} value=${each}>${text.shell.themes[each]}</option>`)}
  </select>`;
}
