/** The environment for a server that a test starts in a separate process. */
import { settings } from '../../src/runtime/config.ts';

/** The current environment without server settings and variables of the test run. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const isSetting = (name: string) => name.startsWith('BURSAR_') || name in settings;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
}
