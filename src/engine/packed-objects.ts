/**
 * A compact form of objects for messages between threads. Consecutive objects with the same fields share one list of
 * field names, because cloning a name costs more than cloning its value.
 */
import { hasKeys } from '../store/has-keys.ts';

type Group = { readonly names: readonly string[]; readonly values: unknown[]; count: number };

export type PackedObjects = readonly Readonly<Group>[];

export function packObjects(objects: readonly object[]): PackedObjects {
  const groups: Group[] = [];
  let group: Group | undefined;
  for (const object of objects) {
    if (group === undefined || !hasKeys(object, group.names)) {
      group = { names: Object.keys(object), values: [], count: 0 };
      groups.push(group);
    }
    for (const name of group.names) group.values.push(object[name as keyof typeof object]);
    group.count += 1;
  }
  return groups;
}

export function unpackObjects(groups: PackedObjects): object[] {
  const objects: object[] = [];
  for (const { names, values, count } of groups) {
    for (let taken = 0, next = 0; taken < count; taken += 1) {
      const object: Record<string, unknown> = {};
      for (const name of names) object[name] = values[next++];
      objects.push(object);
    }
  }
  return objects;
}
