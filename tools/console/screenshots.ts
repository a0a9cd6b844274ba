/**
 * Takes the pictures of the console that the documentation shows, from the demo world:
 * `node tools/console/screenshots.ts`. Needs Chromium (BURSAR_CHROMIUM, or /usr/bin/chromium).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { settings } from '../../src/runtime/settings.ts';
import { ChildProgram } from '../cluster/child-program.ts';
import { findTwoFreePorts } from '../cluster/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const images = join(root, 'docs/images');
const token = 'token-of-the-pictures';
const size = { width: 1280, height: 800 };
const executablePath = process.env.BURSAR_CHROMIUM ?? '/usr/bin/chromium';

/** The file, what it shows, and in which theme. */
const pictures = [
  ['console-overview.png', '/', 'light'],
  ['console-customer.png', '/customers/alice%40example.com', 'dark'],
] as const;

/** Settings of a developer's shell would start the server elsewhere, for example in the database of `DATABASE_URL`. */
const withoutSettings = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('BURSAR_') && !(name in settings)),
);
const data = mkdtempSync(join(tmpdir(), 'bursar-screenshots-'));
const [port, operatorPort] = await findTwoFreePorts();
const base = `http://localhost:${operatorPort}`;
const server = new ChildProgram(process.execPath, [join(root, 'bin/bursar.js'), 'start', '--demo', '1'], {
  cwd: root,
  env: {
    ...withoutSettings,
    BURSAR_PORT: `${port}`,
    BURSAR_OPERATOR_PORT: `${operatorPort}`,
    BURSAR_DATA: data,
    BURSAR_OPERATOR_TOKEN: token,
    BURSAR_LOG_LEVEL: 'error',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  const secret = await invite();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    await takeAll(browser, secret);
  } finally {
    await browser.close();
  }
} finally {
  server.process.kill('SIGKILL');
  await server.ended;
  rmSync(data, { recursive: true });
}

/** Creates the operator who looks at the pages. @returns the secret of the one-time link. */
async function invite(): Promise<string> {
  for (;;) {
    if (server.hasEnded) throw new Error('the server has ended');
    const reply = await fetch(`${base}/operator/v1/operators`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'olivia', roles: ['administrator', 'treasurer', 'approver'] }),
    }).catch(() => undefined);
    if (reply?.status === 201) return ((await reply.json()) as { link: { secret: string } }).link.secret;
    // 503 while the server starts.
    if (reply !== undefined && reply.status !== 503)
      throw new Error(`no operator: ${reply.status} ${await reply.text()}`);
    await pause(100);
  }
}

async function takeAll(browser: Browser, secret: string): Promise<void> {
  const context = await browser.newContext({ viewport: size, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${base}/accept#${secret}`);
  await page.fill('input[name=password]', 'a password of a demo');
  await page.click('form button.primary');
  await page.waitForSelector('.who');
  for (const [file, path, theme] of pictures) await take(page, file, path, theme);
}

async function take(page: Page, file: string, path: string, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(`${base}${path}`);
  await page.waitForSelector('main h1');
  await page.waitForSelector('.loading', { state: 'detached' });
  await page.screenshot({ path: join(images, file) });
  console.log(`docs/images/${file}`);
}
