/**
 * The hosts that the URL of a database names: one, or with a comma between them a primary and its standbys
 * (`postgres://user@a:5432,b:5432/database`).
 */
const shape = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^@/?#]*)(.*)$/s;

/** @returns a URL of its own for each host. */
export function splitHosts(url: string): readonly string[] {
  const [, before = '', hosts, after = ''] = shape.exec(url) ?? [];
  return hosts === undefined ? [url] : hosts.split(',').map((host) => `${before}${host}${after}`);
}
