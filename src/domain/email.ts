/**
 * An account is identified by its e-mail address, which is trimmed, converted to lower case, and stored in this form.
 *
 * Only printable ASCII is accepted, so that no two different addresses look alike.
 */
const longestEmail = 254;

export function normaliseEmail(text: string): string {
  return text.trim().toLowerCase();
}

export function isEmail(text: string): boolean {
  return text.length <= longestEmail && /^[!-?A-~]+@[!-?A-~]+$/.test(text);
}
