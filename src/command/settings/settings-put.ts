/** Turns the switches of the whole system: maintenance and the limits of dust conversion. What is not named stays. */
import { isDeepStrictEqual } from 'node:util';
import { formatDecimal, parseDecimal } from '../../contract/decimal.ts';
import type { Settings, SystemStatus } from '../../domain/catalog/catalog.ts';
import type { Command } from '../../store/port.ts';
import { invalid } from '../operator-refusal.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type SettingsChange = {
  readonly operator: Operator;
  readonly settings: {
    /** Without a text it says the specification's. */
    readonly systemStatus?:
      | { readonly status: SystemStatus['status']; readonly msg?: string | undefined }
      | undefined;
    readonly dustLimitBtc?: string | null | undefined;
    readonly dustIntervalHours?: number | undefined;
  };
};

/** spec: systemStatus says `normal` or `system maintenance`. */
const statusTexts: Record<SystemStatus['status'], string> = { 0: 'normal', 1: 'system maintenance' };
const longestIntervalHours = 8760;

/** Replies with all settings as they are now. */
export const putSettings: Command<SettingsChange, Settings> = {
  name: 'settings-put',
  changesLatest: true,
  prefetch: [],
  decide({ operator, settings }, rows, context) {
    const fault = faultOfSettings(settings);
    if (fault !== undefined) return invalid(fault);
    const to = changedSettings(settings);
    const names = Object.keys(to) as (keyof Settings)[];
    if (names.length === 0) return invalid('There is nothing to change.');
    const before = context.catalog.settings;
    const from = Object.fromEntries(names.map((name) => [name, before[name]]));
    if (isDeepStrictEqual(to, from)) return { reply: before, writes: [] };
    const work = new UnitOfWork(rows, context);
    for (const name of names) work.write({ put: 'settings', row: { name, value: to[name] } });
    work.audit(operator, 'settings-put', names.join(), { from, to });
    return work.reply({ ...before, ...to });
  },
};

function faultOfSettings({ systemStatus, dustLimitBtc, dustIntervalHours }: SettingsChange['settings']) {
  if (systemStatus !== undefined && !(systemStatus.status in statusTexts)) {
    return 'The system status is 0 (normal) or 1 (maintenance).';
  }
  if (dustLimitBtc != null && (parseDecimal(dustLimitBtc)?.coefficient ?? 0n) <= 0n) {
    return 'dustLimitBtc is a decimal above zero, or null for no limit.';
  }
  const hours = dustIntervalHours ?? 0;
  return Number.isInteger(hours) && hours >= 0 && hours <= longestIntervalHours
    ? undefined
    : `dustIntervalHours is a whole number from 0 to ${longestIntervalHours}.`;
}

function changedSettings({
  systemStatus,
  dustLimitBtc,
  dustIntervalHours,
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
  };
}
