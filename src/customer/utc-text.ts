/** Formats a time as `YYYY-MM-DD HH:mm:ss` in UTC. */
export function utcSeconds(atMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a time that is given
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
