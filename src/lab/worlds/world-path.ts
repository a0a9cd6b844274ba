/** The path prefix of a world: `/w/NAME`. */

/** The prefix alone, at the start of a path. */
export const worldPrefix = /^\/w\/[^/?]*/;

/** @returns the name of the world and the rest of the target; undefined without the prefix. */
export function splitWorldTarget(
  target: string,
): { readonly name: string; readonly target: string } | undefined {
  const [, name, rest = ''] = /^\/w\/([^/?]*)(.*)$/s.exec(target) ?? [];
  return name === undefined ? undefined : { name, target: rest.startsWith('/') ? rest : `/${rest}` };
}
