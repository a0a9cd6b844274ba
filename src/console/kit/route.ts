/** The address of the page: path and search parameters, which pages read as signals. */
import { signal } from '@preact/signals';

const read = () => new URL(globalThis.location.href);
export const address = signal(read());

export function go(target: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', target);
  address.value = read();
  if (!replace) scrollTo(0, 0);
}

/** Follows links within the console without loading the page again. */
export function followLinks(): void {
  addEventListener('popstate', () => {
    address.value = read();
  });
  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (
      link === null ||
      link.origin !== location.origin ||
      link.hasAttribute('download') ||
      link.target !== ''
    )
      return;
    event.preventDefault();
    go(link.href);
  });
}
