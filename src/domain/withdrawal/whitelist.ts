/** The time from which an address of an address book counts as whitelisted. */

const hourMs = 3_600_000;

/** @returns the time from which the address counts as whitelisted, ms; null if it is not whitelisted. */
export function whitelistedFrom(
  { whitelistedAt }: { readonly whitelistedAt: number | null },
  { whitelistDelayHours }: { readonly whitelistDelayHours: number },
): number | null {
  return whitelistedAt === null ? null : whitelistedAt + whitelistDelayHours * hourMs;
}

export function isWhitelisted(
  entry: Parameters<typeof whitelistedFrom>[0],
  settings: Parameters<typeof whitelistedFrom>[1],
  nowMs: number,
): boolean {
  const from = whitelistedFrom(entry, settings);
  return from !== null && from <= nowMs;
}
