/** Actions of tests in the console. */
import type { Person } from './browser.ts';

type Values = Readonly<Record<string, string>>;

/** Presses a button of the page, fills in its dialog, and waits until it has closed. */
export async function act(person: Person, label: string, values: Values = {}, submit = label): Promise<void> {
  const dialog = await ask(person, label, values);
  await dialog.getByRole('button', { name: submit, exact: true }).last().click();
  await dialog.waitFor({ state: 'detached' });
}

/** Presses a button of the page, and fills in its dialog. @returns the dialog. */
export async function ask({ page }: Person, label: string, values: Values = {}) {
  await page.locator('main').getByRole('button', { name: label, exact: true }).first().click();
  const dialog = page.locator('dialog[open]');
  for (const [name, value] of Object.entries(values)) {
    const field = dialog.locator(`[name="${name}"]`);
    if ((await field.evaluate((each) => each.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  return dialog;
}

/** The labels of the actions of a page about one record. */
export const offeredTo = ({ page }: Person): Promise<readonly string[]> =>
  page.locator('main .page-head button').allInnerTexts();

/** A request with the session of a person. */
export const askAs = ({ page }: Person, method: string, path: string, body?: object) =>
  page.evaluate(
    async ([verb, where, content]) => {
      const headers = { 'X-Bursar-Session': '1', 'Content-Type': 'application/json' };
      const request = { method: verb, headers, ...(content && { body: content }) };
      const response = await fetch(`/operator/v1${where}`, request);
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    [method, path, body && JSON.stringify(body)] as const,
  );
