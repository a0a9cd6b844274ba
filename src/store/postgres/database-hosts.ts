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
