/** Reads caught errors, whose type is unknown: libraries and platforms may throw anything. */

export function asError(caught: unknown): Error {
  return caught instanceof Error ? caught : new Error(String(caught));
}

export function messageOf(caught: unknown): string {
  return caught instanceof Error ? caught.message : String(caught);
}

/** The code of an error of Node, a database driver or the network, such as ENOENT; undefined if it has none. */
export function codeOf(caught: unknown): string | undefined {
  if (typeof caught !== 'object' || caught === null || !('code' in caught)) return undefined;
  return typeof caught.code === 'string' ? caught.code : undefined;
}

/** The reason why a request got no reply: `fetch` only says that it failed, and its cause says why. */
export function reasonOf(caught: unknown): string {
  const cause = caught instanceof Error ? caught.cause : undefined;
  return (cause instanceof Error && cause.message) || codeOf(cause) || messageOf(caught);
}
