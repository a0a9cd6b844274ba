/**
 * The hosts in a database URL: one, or a primary and its standbys, separated by commas
 * (`postgres://user@a:5432,b:5432/database`).
 */
const shape = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^@/?#]*)(.*)$/s;

/** @returns one URL per host. */
export function splitHosts(url: string): readonly string[] {
  const [, before = '', hosts, after = ''] = shape.exec(url) ?? [];
  return hosts === undefined ? [url] : hosts.split(',').map((host) => `${before}${host}${after}`);
}

/** The same servers and options, but another database. */
export function withDatabase(url: string, name: string): string {
  const [, before = '', hosts = '', after = ''] = shape.exec(url) ?? [];
  return `${before}${hosts}/${name}${after.replace(/^\/[^?#]*/, '')}`;
}

/** The name of the database in a URL; empty if it names none, which is then that of the user. */
export function databaseIn(url: string): string {
  const [, , , after = ''] = shape.exec(url) ?? [];
  return decodeURIComponent(/^\/([^?#]*)/.exec(after)?.[1] ?? '');
}
