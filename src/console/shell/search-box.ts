/** The search box of all pages; `/` focuses it. */
import { useEffect, useRef } from 'preact/hooks';
import { type Child, html } from '../kit/html.ts';
import { go } from '../kit/route.ts';
import { text } from '../texts.ts';

export function SearchBox(): Child {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const query = input.current?.value.trim() ?? '';
    if (query !== '') go(`/search?q=${encodeURIComponent(query)}`);
  };
  return html`<form class="search" role="search" aria-label=${text.shell.everything} onSubmit=${submit}>
    <input ref=${input} type="search" name="q" aria-label=${text.common.search} placeholder=${text.shell.searchHint} autocomplete="off" spellcheck=${false} />
  </form>`;
}
