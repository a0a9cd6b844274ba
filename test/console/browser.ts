/** A server with the demo world, and real browsers that use its console. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { done } from '../support/world.ts';

const executablePath = process.env.BURSAR_CHROMIUM ?? '/usr/bin/chromium';

/** For tests: why they cannot run here. */
export const skipWithoutChromium = existsSync(executablePath) ? false : `no ${executablePath}`;

export const password = 'correct horse battery staple';

export type Theme = 'light' | 'dark';
export type Look = { readonly theme?: Theme; readonly width?: number };

/** A person with a browser of their own. */
export type Person = {
  readonly page: Page;
  /** Opens a page of the console, and waits until it has been read. */
  open(path: string): Promise<void>;
  /** Fails if a page has violated the policy, logged an error, or thrown. */
  assertClean(): void;
  /** Expects the logged messages that match: browsers log every status of 400 and above. */
  forgive(expected: RegExp): void;
  close(): Promise<void>;
};

export type ConsoleWorld = {
  readonly exchange: Exchange;
  readonly url: string;
  /** Creates an operator, and signs in with a new browser. */
  signIn(name: string, roles: readonly OperatorRole[], look?: Look): Promise<Person>;
  /** The same in another window of somebody's browser. */
  signInBeside(person: Person, name: string, roles: readonly OperatorRole[]): Promise<Person>;
  /** Another window of the same person, with another look. */
  again(person: Person, look: Look): Promise<Person>;
  /** Makes all proofs of identity too old for actions that need a recent one. */
  ageProofs(): void;
  /** Makes them recent. */
  freshenProofs(): void;
  /** The sessions of an operator end at this time unless they are used, and were used a while ago. */
  endSessionsAt(name: string, at: number): void;
  /** When the latest session of an operator ends unless it is used. */
  sessionEndOf(name: string): number;
  close(): Promise<void>;
};

export async function openConsole(flags: readonly string[] = []): Promise<ConsoleWorld> {
  const exchange = await startExchange(['--demo', '1', ...flags]);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const url = new URL(exchange.operatorUrl);
  const base = `http://localhost:${url.port}`;
  const enter = async (context: BrowserContext, name: string, roles: readonly OperatorRole[]) => {
    const secret = await invite(exchange, name, roles);
    const person = await personIn(base, context);
    await person.page.goto(`${base}/accept#${secret}`);
    await person.page.fill('input[name=password]', password);
    await person.page.click('form button.primary');
    await person.page.waitForSelector('.who');
    return person;
  };
  return {
    exchange,
    url: base,
    signIn: async (name, roles, look = {}) => enter(await contextOf(browser, look), name, roles),
    signInBeside: (person, name, roles) => enter(person.page.context(), name, roles),
    async again(person, look) {
      const storageState = await person.page.context().storageState();
      return personIn(base, await contextOf(browser, look, storageState));
    },
    ageProofs: () => void inDatabase(exchange, setProofs, 0),
    freshenProofs: () => void inDatabase(exchange, setProofs, Date.now()),
    endSessionsAt: (name, at) => void inDatabase(exchange, setSessions, at, name),
    sessionEndOf: (name) => Number(inDatabase(exchange, readSession, name)?.idle_until),
    async close() {
      await browser.close();
      await exchange.close();
    },
  };
}

/** Invites as an administrator: access by the bootstrap token would be unconfirmed. @returns the secret of the link. */
async function invite({ server }: Exchange, name: string, roles: readonly OperatorRole[]): Promise<string> {
  const secret = `bursar_link_${randomBytes(24).toString('base64url')}`;
  const link = { secretHash: createHash('sha256').update(secret).digest('hex'), atMs: Date.now() };
  const operator = { actor: 'operator:administrator', reason: 'a test' };
  await done(server.commands.submit('createOperator', { operator, name, roles, link }));
  return secret;
}

const setProofs = 'UPDATE operator_sessions SET proved_at = ? RETURNING id';
const ofOperator = 'operator_id = (SELECT id FROM operators WHERE name = ?)';
const setSessions = `UPDATE operator_sessions SET seen_at = 0, idle_until = ? WHERE ${ofOperator} RETURNING id`;
const readSession = `SELECT idle_until FROM operator_sessions WHERE ${ofOperator} ORDER BY created_at DESC LIMIT 1`;

/** No operation can make a proof or a session older, and nobody waits minutes. @returns the first row. */
function inDatabase({ location }: Exchange, sql: string, ...values: readonly (number | string)[]) {
  if (!('folder' in location)) throw new Error('the suite runs on SQLite');
  const database = new DatabaseSync(join(location.folder, 'bursar.sqlite'), { timeout: 5000 });
  const [row] = database.prepare(sql).all(...values);
  database.close();
  return row;
}

function contextOf(
  browser: Browser,
  { theme = 'light', width = 1280 }: Look,
  storageState?: Awaited<ReturnType<BrowserContext['storageState']>>,
): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    locale: 'en-GB',
    acceptDownloads: true,
    ...(storageState && { storageState }),
  });
}

async function personIn(base: string, context: BrowserContext): Promise<Person> {
  const page = await context.newPage();
  const problems: string[] = [];
  // A violation of the policy is an error of the console too.
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.stack}`));
  return {
    page,
    async open(path) {
      await page.goto(`${base}${path}`);
      await page.waitForSelector('main h1');
      await page.waitForFunction(() => document.querySelector('.loading') === null);
    },
    assertClean: () => assert.deepEqual(problems, []),
    forgive(expected) {
      const others = problems.filter((problem) => !expected.test(problem));
      problems.splice(0, problems.length, ...others);
    },
    close: () => context.close(),
  };
}

/**
 * @param rules of axe that are checked; all when absent.
 * @returns what axe finds on the page.
 */
export async function findingsOf(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // Evaluated, not added as a script of the page, because its policy forbids that.
  await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    type Axe = { run(where: Document, how: object): Promise<AxeResult> };
    const { axe: checker } = globalThis as unknown as { axe: Axe };
    const { violations } = await checker.run(document, runOnly === undefined ? {} : { runOnly });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }, rules);
}

type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
};
