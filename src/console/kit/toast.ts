/** A message about what has just happened, which is shown for a while and announced to screen readers. */
import { signal } from '@preact/signals';

export const said = signal('');
const shownMs = 5000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(words: string): void {
  clearTimeout(timer);
  said.value = words;
  timer = setTimeout(() => {
    said.value = '';
  }, shownMs);
}
