/** The environment for a server that a test starts in a process of its own. */
import { settings } from '../../src/runtime/config.ts';

/** The present environment without settings of the server and without variables of the test run. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const isSetting = (name: string) => name.startsWith('BURSAR_') || name in settings;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
}
