/** Starts the console: asks the server who has signed in, then shows the pages. */
import { render } from 'preact';
import { html } from './kit/html.ts';
import { followChanges } from './kit/live.ts';
import { followLinks } from './kit/route.ts';
import { readMe } from './kit/session.ts';
import { Shell } from './shell/shell.ts';

followLinks();
await readMe();
followChanges();
// cast: the page has it.
render(html`<${Shell} />`, document.getElementById('app') as HTMLElement);
