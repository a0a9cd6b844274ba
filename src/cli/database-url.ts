/** The address of a PostgreSQL database, as it is given on the command line and as it may be shown. */
import { ConfigError, settings } from '../runtime/config.ts';

export function readDatabaseUrl(text: string, name: string): string {
  const url = settings.DATABASE_URL.read(text.trim(), name);
  if (url === null) throw new ConfigError(`${name} is empty`);
  return url;
}

/** Without the password. */
export function showDatabaseUrl(text: string): string {
  const { protocol, username, host, pathname } = new URL(text);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
