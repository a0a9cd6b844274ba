/**
 * An account is known by its e-mail address: compared trimmed and in lower case, and stored like that.
 *
 * Only printable ASCII is taken, so that no two addresses look alike to a person and differ to the store.
 */
const longestEmail = 254;

export function normaliseEmail(text: string): string {
  return text.trim().toLowerCase();
}

export function isEmail(text: string): boolean {
  return text.length <= longestEmail && /^[!-?A-~]+@[!-?A-~]+$/.test(text);
}
