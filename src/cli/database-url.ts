/** Parses and displays the URL of a PostgreSQL database. */

import { present } from '../boundary/present.ts';
import { ConfigError } from '../engine/config-error.ts';
import { settings } from '../runtime/settings.ts';
import { splitHosts } from '../store/postgres/database-hosts.ts';

export function readDatabaseUrl(text: string, name: string): string {
  const url = settings.DATABASE_URL.read(text.trim(), name);
  if (url === null) throw new ConfigError(`${name} is empty`);
  return url;
}

/** Removes the password. */
export function showDatabaseUrl(text: string): string {
  const urls = splitHosts(text).map((url) => new URL(url));
  const { protocol, username, pathname } = present(urls[0]);
  const hosts = urls.map(({ host }) => host).join();
  return `${protocol}//${username === '' ? '' : `${username}@`}${hosts}${pathname}`;
}
