/** Whether an object has these keys, in this order, and no others. */
export function hasKeys(object: object, keys: readonly string[]): boolean {
  let count = 0;
  for (const key in object) if (keys[count++] !== key) return false;
  return count === keys.length;
}
