/** Turns the switches of an account that its owner controls, and that change nothing here. */
import { reject } from '../../contract/errors.ts';
import { type AccountSwitches, switchesOf } from '../../domain/account-switches.ts';
import { accountById, accountSwitchesOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';

export type SwitchesChange = { readonly accountId: number; readonly change: Partial<AccountSwitches> };

/** The reply has all switches after the change. */
export const putAccountSwitches: Command<
  SwitchesChange,
  AccountSwitches,
  'deadline-passed' | 'account-disabled'
> = {
  name: 'account-switches-put',
  prefetch: [({ accountId }) => [accountById(accountId), accountSwitchesOf(accountId)]],
  decide({ accountId, change }, rows, { nowMs }) {
    if (!rows.one(accountById(accountId))?.enabled) return reject('account-disabled');
    const switches = { ...switchesOf(rows.one(accountSwitchesOf(accountId))), ...change };
    const row = { accountId, ...switches, turnedAt: nowMs };
    return { reply: switches, writes: [{ put: 'account_switches', row }] };
  },
};
