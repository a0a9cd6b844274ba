/** The element whose listener receives an event. */

export const inputOf = (event: Event): HTMLInputElement => elementOf(event, HTMLInputElement);
/** The value of a field of any kind. */
export function textOf({ currentTarget }: Event): string {
  const kinds = [HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement];
  for (const kind of kinds) if (currentTarget instanceof kind) return currentTarget.value;
  throw new TypeError('the event is not of a field');
}
export const formOf = (event: Event): HTMLFormElement => elementOf(event, HTMLFormElement);
export const selectOf = (event: Event): HTMLSelectElement => elementOf(event, HTMLSelectElement);

function elementOf<E extends Element>({ currentTarget }: Event, kind: { new (): E }): E {
  if (!(currentTarget instanceof kind)) throw new TypeError(`the event is not of a ${kind.name}`);
  return currentTarget;
}
