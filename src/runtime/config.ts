/**
 * Configuration: environment variables, each with an option of the same meaning (`BURSAR_BLOCK_MS`, `--block-ms`). The
 * option takes precedence. An empty variable counts as not set.
 */

import { keysOf } from '../boundary/record.ts';
import { nearest } from '../contract/nearest.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { ConfigError } from '../engine/config-error.ts';
import { isLoopback } from './loopback.ts';
import { readOptions } from './options.ts';
import { type SettingName, type Settings, settings } from './settings.ts';

export type Config = { readonly [N in SettingName]: ReturnType<Settings[N]['read']> };

/** Options that may be given without a value. */
const switches: ReadonlySet<string> = new Set([
  settings.BURSAR_LAB.flag,
  settings.BURSAR_TEMPORARY.flag,
  settings.BURSAR_JSON.flag,
  settings.BURSAR_STOP_WITH_STDIN.flag,
]);

const optionsOfSettings = Object.fromEntries(
  Object.values(settings).map(({ flag }) => [
    flag,
    { type: switches.has(flag) ? ('switch' as const) : ('string' as const) },
  ]),
);

/** The text of a setting, undefined for its default, and the variable or option that it came from. */
type Given = { readonly text: string | undefined; readonly source: string };

function findGiven(
  name: SettingName,
  option: string | undefined,
  environment: Readonly<NodeJS.ProcessEnv>,
): Given {
  if (option !== undefined) return { text: option.trim(), source: `--${settings[name].flag}` };
  const variable = environment[name]?.trim() ?? '';
  return { text: variable === '' ? undefined : variable, source: name };
}

/**
 * Reads a single setting, for verbs that need no others.
 * @param option the value given on the command line, if any
 * @throws ConfigError
 */
export function readSetting<N extends SettingName>(
  name: N,
  option: string | undefined,
  environment: NodeJS.ProcessEnv,
): Config[N] {
  const { text, source } = findGiven(name, option, environment);
  // cast: the reader is that of the setting.
  return settings[name].read(text ?? settings[name].fallback, source) as Config[N];
}

/**
 * Reads options and environment.
 * @throws ConfigError in one line, naming the variable or option.
 */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const { values } = readOptions(args, optionsOfSettings);
  const names = keysOf(settings);
  const given = (name: SettingName) => findGiven(name, values[settings[name].flag], environment);
  // cast: it has a value for each setting, from its own reader.
  const config = Object.fromEntries(
    names.map((name) => [name, readSetting(name, values[settings[name].flag], environment)]),
  ) as Config;
  refuseImplicitDemo(config, given);
  refuseLabInProduction(config, given);
  return config;
}

/** Whether the lab is open. */
export function hasLab({ BURSAR_LAB, BURSAR_DEMO }: Pick<Config, 'BURSAR_LAB' | 'BURSAR_DEMO'>): boolean {
  return BURSAR_LAB ?? BURSAR_DEMO;
}

function refuseLabInProduction(
  { BURSAR_LAB, BURSAR_DEMO }: Config,
  given: (name: SettingName) => Given,
): void {
  if (BURSAR_LAB !== true || BURSAR_DEMO) return;
  throw new ConfigError(
    `${given('BURSAR_LAB').source} is 1, but ${given('BURSAR_DEMO').source} is 0, which means production, and the lab breaks requests on purpose; leave one of them out`,
  );
}

function refuseImplicitDemo(config: Config, given: (name: SettingName) => Given): void {
  if (!config.BURSAR_DEMO || given('BURSAR_DEMO').text !== undefined || isLoopback(config.BURSAR_HOST))
    return;
  throw new ConfigError(
    `${given('BURSAR_HOST').source} ${config.BURSAR_HOST} would serve the demo world to other machines, and its keys are published in the documentation; set BURSAR_DEMO=1 (--demo 1) to allow this, or BURSAR_DEMO=0 (--demo 0) for production`,
  );
}

/** Whether networks may be simulated. */
export function allowsSimulation({
  BURSAR_DEMO,
  BURSAR_CHAINS,
}: Pick<Config, 'BURSAR_DEMO' | 'BURSAR_CHAINS'>): boolean {
  return BURSAR_DEMO || BURSAR_CHAINS !== null;
}

/**
 * Refuses a production database with simulated networks that nobody has accepted explicitly.
 * @throws ConfigError
 */
export function refuseImplicitSimulation(config: Config, { connectors }: Pick<Catalog, 'connectors'>): void {
  if (allowsSimulation(config)) return;
  const simulated = [...connectors].filter(([, kind]) => kind === 'simulated').map(([network]) => network);
  if (simulated.length === 0) return;
  const shown =
    simulated.length === 1 ? `network ${simulated[0]} is` : `networks ${simulated.join(', ')} are`;
  throw new ConfigError(
    `BURSAR_DEMO is 0, which means production, but ${shown} simulated: nobody holds keys for the deposit addresses that are issued there, so coins sent to them are lost, and the transactions of withdrawals are not real, so no coin moves; set BURSAR_CHAINS=simulated (--chains simulated) if that is what you want, or give the networks the connector manual`,
  );
}

/** Environment variables that look like settings but are not, each with the setting that was probably meant. */
export function unknownVariables(
  environment: NodeJS.ProcessEnv,
): readonly { readonly name: string; readonly meant: string | undefined }[] {
  const known = Object.keys(settings);
  const bare = new Map(known.map((name) => [name.replace(/^BURSAR_/, ''), name]));
  return Object.keys(environment)
    .filter((name) => /^bursar_/i.test(name) && !known.includes(name))
    .map((name) => {
      const meant = nearest(name.replace(/^bursar_/i, ''), bare.keys());
      return { name, meant: meant === undefined ? undefined : bare.get(meant) };
    });
}
