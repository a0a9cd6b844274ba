/** The environment of processes that a test starts. */
import { delimiter, dirname } from 'node:path';
import { settings } from '../../src/runtime/settings.ts';

/** The current environment without server settings and variables of the test run. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const isSetting = (name: string) => name.startsWith('BURSAR_') || name in settings;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
}

/** Variables that npm and the test runner set for the scripts of this checkout. */
const ofThisCheckout =
  /^(npm_package_.*|npm_lifecycle_.*|npm_config_local_prefix|npm_command|NODE_TEST_CONTEXT|NODE_OPTIONS|NODE_COMPILE_CACHE)$/i;

/** The environment for a command in the folder of another package. @param node the first Node in its PATH. */
export function environmentElsewhere(node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environmentWithoutSettings()).filter(([name]) => !ofThisCheckout.test(name));
  return { ...Object.fromEntries(kept), PATH: [dirname(node), process.env.PATH].join(delimiter) };
}
