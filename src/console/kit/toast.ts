/** What has just happened, for those who see and for those who listen. */
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
