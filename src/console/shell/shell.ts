/** The frame of all pages: navigation, search and sign-out. It shows the page that the URL names. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { showWorld, world } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { address, go } from '../kit/route.ts';
import { failure, has, may, me, readMe, signOut } from '../kit/session.ts';
import { said } from '../kit/toast.ts';
import { labPages, type PageEntry, pages } from '../pages/index.ts';
import { ActionHost } from '../parts/action-dialog.ts';
import { actorName } from '../parts/cells.ts';
import { Empty, Problem } from '../parts/status.ts';
import { text } from '../texts.ts';
import { ProofDialog } from './proof-dialog.ts';
import { SearchBox } from './search-box.ts';
import { isLink, SignIn } from './sign-in.ts';
import { ThemeSwitch } from './theme.ts';

const own = text.shell;

export function Shell(): Child {
  if (failure.value !== undefined)
    return html`<main class="alone"><${Problem} error=${failure.value} retry=${() => readMe()} /></main>`;
  if (me.value === null || isLink(address.value)) return html`<${SignIn} />`;
  return html`<a class="skip" href="#main">${own.skip}</a>
    <header class="top">
      <a class="brand" href=${homePath}>Bursar</a>
      ${world !== null && html`<p class="in-world">${own.world} <strong>${world}</strong> <button type="button" class="quiet" onClick=${() => showWorld(null)}>${own.leaveWorld}</button></p>`}
      <${SearchBox} />
      <${ThemeSwitch} />
      <${Who} />
    </header>
    <${Navigation} />
    <${CurrentPage} />
    <${ActionHost} />
    <${ProofDialog} />
    <div class="toast" role="status">${said.value}</div>`;
}

const homePath = '/';

function Who(): Child {
  const leave = async () => {
    await signOut();
    go(homePath);
  };
  const isSession = me.value?.session !== null;
  return html`<div class="who"><a href="/profile">${actorName(me.value?.actor ?? '')}</a>
    ${isSession && html`<button type="button" class="quiet" onClick=${leave}>${own.signOut}</button>`}</div>`;
}

const exists = ({ feature }: PageEntry) => feature === undefined || has(feature);
const shown = (entries: readonly PageEntry[]) =>
  entries.filter((entry) => entry.title !== undefined && may(entry.permission) && exists(entry));

function Navigation(): Child {
  const path = address.value.pathname;
  const isOpen = useSignal(false);
  useEffect(() => {
    isOpen.value = false;
  }, [path, isOpen]);
  const isAt = ({ path: to }: PageEntry) =>
    to === homePath ? path === to : path === to || path.startsWith(`${to}/`);
  const link = (entry: PageEntry) => {
    const { path: to, title } = entry;
    const isHere = isAt(entry);
    return html`<li key=${to}><a href=${to} aria-current=${isHere ? 'page' : undefined}>${title}</a></li>`;
  };
  const entries = [...shown(pages), ...shown(labPages)];
  const toggle = () => {
    isOpen.value = !isOpen.value;
  };
  return html`<nav class=${isOpen.value ? 'side open' : 'side'} aria-label=${own.pages}>
    <button type="button" class="menu" aria-expanded=${isOpen.value} onClick=${toggle}>${entries.find(isAt)?.title ?? own.pages}</button>
    <ul>${shown(pages).map(link)}</ul>
    ${shown(labPages).length > 0 && html`<h2>${own.lab}</h2><ul>${shown(labPages).map(link)}</ul>`}
  </nav>`;
}

/** @returns the page of a path, and the id in it. */
function find(path: string): { readonly entry: PageEntry; readonly id: string | undefined } | undefined {
  for (const entry of [...pages, ...labPages].filter(exists)) {
    const base = entry.path.replace('/:id', '');
    if (base === entry.path && path === base) return { entry, id: undefined };
    const rest = path.slice(base.length + 1);
    if (base !== entry.path && path.startsWith(`${base}/`) && rest !== '' && !rest.includes('/'))
      return decoded(entry, rest);
  }
  return undefined;
}

/** @returns undefined if it is no encoded text. */
function decoded(entry: PageEntry, rest: string) {
  try {
    return { entry, id: decodeURIComponent(rest) };
  } catch {
    return undefined;
  }
}

function CurrentPage(): Child {
  const path = address.value.pathname;
  const found = find(path);
  const title = found?.entry.title ?? found?.id ?? own.notFound;
  useEffect(() => {
    document.title = `${title} · Bursar`;
  }, [title]);
  if (found === undefined)
    return html`<main id="main" tabindex="-1"><h1>${own.notFound}</h1><${Empty}>${own.tryNavigation}<//></main>`;
  if (!may(found.entry.permission))
    return html`<main id="main" tabindex="-1"><h1>${title}</h1><${Empty}>${text.errors.forbidden}<//></main>`;
  return html`<main id="main" tabindex="-1"><${found.entry.page} key=${path} id=${found.id} /></main>`;
}
