/** Narrows a value that the code around it knows to exist: an item at a checked index, the last of a list with items. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that must exist is missing');
  return value;
}
