/** Templates: tagged text that becomes elements of Preact. */
import htm from 'htm';
import { type ComponentChildren, h, type VNode } from 'preact';

export type Child = ComponentChildren;
type Tag = (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode;

// cast: the type of htm does not tell its own binding.
export const html = (htm as unknown as { bind(create: typeof h): Tag }).bind(h);
