import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/accounts.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { KeyedPage } from '../../store/reads/page.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts, orReplayed } from '../handler.ts';
import { keyedPage } from '../lists/keyed-page.ts';
import { decimalOf, emailsOf } from './subject.ts';

type AccountView = OperatorReply<typeof operations.createAccount>;

export const createAccount = implement(
  operations.createAccount,
  async ({ body: { master, reason: _, ...opening }, idempotency }, operator, { commands, clock }) => {
    const masterEmail = typeof master === 'string' ? master : undefined;
    const command = { ...opening, masterEmail, operator, idempotency };
    const outcome = unwrap(await commands.submit('openAccount', command));
    if (isRejection(outcome)) return outcome;
    const view = viewAccount(outcome.done.account, outcome.done.masterEmail, clock.world.now());
    return orReplayed(view, outcome.done);
  },
);

export const updateAccount = implement(
  operations.updateAccount,
  async ({ path: { email }, body: { reason: _, ...body } }, operator, { commands, clock }) => {
    const { withdrawQuotaUsd: quota, ...rest } = body;
    const withdrawQuotaUsd = typeof quota === 'string' ? decimalOf(quota) : quota;
    const change = { ...rest, withdrawQuotaUsd };
    const outcome = unwrap(await commands.submit('updateAccount', { ...change, email, operator }));
    if (isRejection(outcome)) return outcome;
    return viewAccount(outcome.done.account, outcome.done.masterEmail, clock.world.now());
  },
);

export const listAccounts = implement(operations.listAccounts, async ({ query }, _operator, parts) => {
  const { reads } = parts;
  const { email } = query;
  const read = (window: KeyedPage) =>
    email === undefined ? reads.accounts(window) : reads.rows('accounts', { email: normaliseEmail(email) });
  const page = await keyedPage('listAccounts', query, read, ({ id }) => id);
  if (isRejection(page)) return page;
  return { accounts: await viewAccounts(parts, page.rows), nextCursor: page.nextCursor };
});

async function viewAccounts(
  { reads, clock }: OperatorParts,
  rows: readonly Row<'accounts'>[],
): Promise<AccountView[]> {
  const emailOf = await emailsOf(
    reads,
    rows.map((row) => row.masterId),
  );
  return rows.map((row) =>
    viewAccount(row, row.masterId === null ? null : emailOf(row.masterId), clock.world.now()),
  );
}

export function viewAccount(row: Row<'accounts'>, master: string | null, nowMs: number): AccountView {
  const locked = row.lockedUntil !== null && row.lockedUntil > nowMs;
  return {
    email: row.email,
    master,
    enabled: row.enabled,
    withdrawConfirmation: row.withdrawConfirmation,
    whitelistOnly: row.whitelistOnly,
    withdrawQuotaUsd: row.withdrawQuotaUsd,
    travelRuleCountry: row.travelRuleCountry,
    statusMessage: row.statusMessage,
    statusArguments: [...row.statusArguments],
    mobile: row.mobile,
    googleAuth: row.googleAuth,
    activated: row.activated,
    lockedUntil: locked ? row.lockedUntil : null,
    lockReason: locked ? row.lockReason : null,
    createdAt: row.createdAt,
  };
}
