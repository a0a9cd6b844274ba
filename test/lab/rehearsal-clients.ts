/** Two clients that submit a withdrawal into a fault: one does everything right, one pays again under a new id. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { type Credentials, signQuery } from '../support/exchange.ts';
import type { LabWorld } from './lab-world.ts';

export const dialects = {
  wapi: { submit: '/wapi/v3/withdraw.html', history: '/wapi/v3/withdrawHistory.html', asset: 'asset' },
  sapi: {
    submit: '/sapi/v1/capital/withdraw/apply',
    history: '/sapi/v1/capital/withdraw/history',
    asset: 'coin',
  },
  localentity: {
    submit: '/sapi/v1/localentity/withdraw/apply',
    history: '/sapi/v2/localentity/withdraw/history',
    asset: 'coin',
  },
} as const;
const questionnaire = JSON.stringify({ isAddressOwner: 1, sendTo: 1 });
export type DialectName = keyof typeof dialects;

export type Rehearsal = {
  readonly lab: LabWorld;
  readonly credentials: Credentials;
  readonly dialect: DialectName;
  /** The dialect of the look-ups. */
  readonly lookups: DialectName;
  readonly preset: string;
  readonly amount: string;
  /** The first order id. */
  readonly orderId: string;
};

type Answer = { readonly status: number; readonly text: string; readonly retryAfterMs: number };

/** The presets whose reply comes late or never: their clients give up as soon as the fault has fired. */
const slowPresets: ReadonlySet<string> = new Set(['hang', 'hang-then-nothing', 'slow-success', 'late-start']);

/** @returns undefined if there was no reply. */
async function send(
  { lab, credentials }: Rehearsal,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Answer | undefined> {
  const signed = signQuery(credentials, query);
  const headers = { 'X-MBX-APIKEY': credentials.apiKey, ...init.headers };
  try {
    const reply = await fetch(`${lab.exchange.url}${path}?${signed}`, { ...init, method, headers });
    const text = await reply.text();
    return { status: reply.status, text, retryAfterMs: Number(reply.headers.get('retry-after')) * 1000 };
  } catch {
    return undefined;
  }
}

export function submit(rehearsal: Rehearsal, orderId: string | undefined, init: RequestInit = {}) {
  const { dialect, amount, lab } = rehearsal;
  const { submit: path, asset } = dialects[dialect];
  const answers = dialect === 'localentity' && { questionnaire };
  const order = { [asset]: 'ETH', address: lab.order({}).address, amount, ...answers };
  return send(rehearsal, 'POST', path, { ...order, ...(orderId && { withdrawOrderId: orderId }) }, init);
}

/** The first request, which runs into the fault. */
export async function submitIntoFault(rehearsal: Rehearsal, orderId: string | undefined = rehearsal.orderId) {
  const { preset, credentials, lab } = rehearsal;
  const leaving = new AbortController();
  const answered = submit(rehearsal, orderId, {
    headers: { 'bursar-fault': preset },
    signal: leaving.signal,
  });
  if (!slowPresets.has(preset)) return answered;
  await eventually(
    () => lab.exchange.operator('GET', '/lab/firings'),
    ({ body }) => body.firings.some(({ apiKey }: { apiKey: string }) => apiKey === credentials.apiKey),
  );
  leaving.abort();
  await answered;
  return undefined;
}

/** Whether history shows the order id. */
export async function isShown(rehearsal: Rehearsal, orderId: string): Promise<boolean> {
  const { history } = dialects[rehearsal.lookups];
  const reply = await send(rehearsal, 'GET', history, { withdrawOrderId: orderId });
  assert.equal(reply?.status, 200, String(reply?.text));
  return reply?.text.includes(orderId) === true;
}

const isRejected = (answer: Answer | undefined) => answer?.status === 429 || answer?.status === 418;

/** A client that waits for `Retry-After`, looks the withdrawal up, and repeats it with the same id. */
export async function rightClient(rehearsal: Rehearsal): Promise<void> {
  const { orderId } = rehearsal;
  let answer = await submitIntoFault(rehearsal);
  while (isRejected(answer)) {
    await sleep(answer?.retryAfterMs);
    answer = await submit(rehearsal, orderId);
  }
  const isWhole = answer?.status === 200 && /"(id|trId)"/.test(answer.text) && !answer.text.includes('false');
  if (isWhole && rehearsal.preset !== 'chain-failure') return;
  // A submitted withdrawal may fail later.
  await isShown(rehearsal, orderId);
  if (isWhole) return;
  const again = await submit(rehearsal, orderId);
  assert.equal(again?.status, 200, String(again?.text));
}

/** A client that takes everything but a success for a failure, and pays again under a new id at once. */
export async function wrongClient(rehearsal: Rehearsal): Promise<void> {
  await submitIntoFault(rehearsal);
  await submit(rehearsal, `${rehearsal.orderId}-again`);
}
