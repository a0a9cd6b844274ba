/**
 * Changes the settings of the exchange: system status, the limits of dust conversion, the cooling-off time of
 * whitelisted addresses, and when few imported addresses are left. Absent settings stay unchanged.
 */

import { isDeepStrictEqual } from 'node:util';
import { keysOf } from '../../boundary/record.ts';
import { formatDecimal, parseDecimal } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import type { Settings, SystemStatus } from '../../domain/catalog/catalog.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type SettingsChange = {
  readonly operator: Operator;
  readonly settings: {
    /** Without a message, the text of the specification applies. */
    readonly systemStatus?:
      | { readonly status: SystemStatus['status']; readonly msg?: string | undefined }
      | undefined;
    readonly dustLimitBtc?: string | null | undefined;
    readonly dustIntervalHours?: number | undefined;
    readonly whitelistDelayHours?: number | undefined;
    readonly addressPoolMinimum?: number | undefined;
  };
};

/** spec: the msg of systemStatus is `normal` or `system maintenance`. */
const statusTexts: Record<SystemStatus['status'], string> = { 0: 'normal', 1: 'system maintenance' };
const maxIntervalHours = 8760;

type SettingError =
  | 'system-status-unknown'
  | 'dust-limit-invalid'
  | 'interval-invalid'
  | 'pool-minimum-invalid';

/** The reply contains all settings after the change. */
export const putSettings: Command<SettingsChange, Settings, SettingError | 'change-empty'> = {
  name: 'settings-put',
  changesLatest: true,
  prefetch: [],
  decide({ operator, settings }, rows, context) {
    const rejection = checkSettings(settings);
    if (rejection !== undefined) return rejection;
    const to = changedSettings(settings);
    const names = keysOf(to);
    if (names.length === 0) return reject('change-empty');
    const before = context.catalog.settings;
    const from = Object.fromEntries(names.map((name) => [name, before[name]]));
    if (isDeepStrictEqual(to, from)) return { reply: before, writes: [] };
    const work = new UnitOfWork(rows, context);
    for (const name of names) work.write({ put: 'settings', row: { name, value: to[name] } });
    work.audit(operator, 'settings-put', names.join(), { from, to });
    return work.reply({ ...before, ...to });
  },
};

function checkSettings({
  systemStatus,
  dustLimitBtc,
  addressPoolMinimum = 0,
  ...intervals
}: SettingsChange['settings']): Rejection<SettingError> | undefined {
  if (systemStatus !== undefined && !(systemStatus.status in statusTexts))
    return reject('system-status-unknown');
  if (dustLimitBtc != null && (parseDecimal(dustLimitBtc)?.coefficient ?? 0n) <= 0n)
    return reject('dust-limit-invalid');
  if (!Number.isInteger(addressPoolMinimum) || addressPoolMinimum < 0) return reject('pool-minimum-invalid');
  const wrong = Object.entries(intervals).find(([, hours]) => hours !== undefined && !isIntervalHours(hours));
  return wrong && reject('interval-invalid', { setting: wrong[0], maximum: maxIntervalHours });
}

const isIntervalHours = (hours: number) => Number.isInteger(hours) && hours >= 0 && hours <= maxIntervalHours;

function changedSettings({
  systemStatus,
  dustLimitBtc,
  dustIntervalHours,
  whitelistDelayHours,
  addressPoolMinimum,
}: SettingsChange['settings']): Partial<Settings> {
  const limit = dustLimitBtc == null ? null : parseDecimal(dustLimitBtc);
  return {
    ...(systemStatus !== undefined && {
      systemStatus: {
        status: systemStatus.status,
        msg: systemStatus.msg ?? statusTexts[systemStatus.status],
      },
    }),
    ...(dustLimitBtc !== undefined && { dustLimitBtc: limit && formatDecimal(limit) }),
    ...(dustIntervalHours !== undefined && { dustIntervalHours }),
    ...(whitelistDelayHours !== undefined && { whitelistDelayHours }),
    ...(addressPoolMinimum !== undefined && { addressPoolMinimum }),
  };
}
