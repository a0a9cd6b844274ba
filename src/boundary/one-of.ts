/** Whether a value is one of those that a list names. */
export function isOneOf<T>(allowed: readonly T[], value: unknown): value is T {
  const values: readonly unknown[] = allowed;
  return values.includes(value);
}
