/** Actions: a button that opens a dialog, which asks once with the numbers. */
import { type Signal, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { proposableOperations } from '../../contract/operator/changes.ts';
import type { OperatorPermission } from '../../contract/operator-permissions.ts';
import { type Child, html } from '../kit/html.ts';
import { may } from '../kit/session.ts';
import { text } from '../texts.ts';
import type { Field, Values } from './fields.ts';

export type Action = {
  readonly label: string;
  readonly permission: OperatorPermission | 'anyone';
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string | ((values: Values) => string);
  readonly fields?: readonly Field[];
  /** The body of the request. Absent: the fields that are not empty. null: none. */
  readonly body?: ((values: Values) => unknown) | null;
  /** A sentence about what will happen, with the numbers. */
  readonly sentence: (values: Values) => Child;
  readonly isDangerous?: boolean;
  /** The operation takes an idempotency key: pressing again after a lost reply does nothing twice. */
  readonly isIdempotent?: boolean;
  /** The proposal of the action, if a second person may have to approve it. */
  readonly proposal?: {
    readonly operation: (typeof proposableOperations)[number];
    readonly path: Readonly<Record<string, string>>;
  };
  /** The message after a success, or something that is shown only once. */
  readonly result?: (reply: never) => Child;
};

/** The action whose dialog is open. */
export type OpenAction = {
  /** The action as the page offers it now. */
  readonly action: Signal<Action>;
  /** Whether the page still offers it: somebody else may have decided meanwhile. */
  readonly isOffered: Signal<boolean>;
  readonly done: () => unknown;
};

/** The dialog belongs to no page, so that it stays while a page changes by itself. */
export const openAction = signal<OpenAction | undefined>(undefined);

type ActionProps = { readonly action: Action; readonly done: () => unknown; readonly isQuiet?: boolean };

/** Shown only to those who may. */
export function ActionButton({ action, done, isQuiet }: ActionProps): Child {
  const own = useRef<OpenAction | undefined>(undefined);
  useEffect(() => {
    if (own.current !== undefined) own.current.action.value = action;
  });
  useEffect(
    () => () => {
      if (own.current !== undefined) own.current.isOffered.value = false;
    },
    [],
  );
  if (!may(action.permission)) return null;
  const look = [isQuiet && 'quiet', action.isDangerous && 'danger'].filter(Boolean).join(' ');
  return html`<button type="button" class=${look} onClick=${() => {
    own.current = { action: signal(action), isOffered: signal(true), done };
    openAction.value = own.current;
  }}>${action.label}</button>`;
}

export const reasonField: Field = { name: 'reason', label: text.common.reason };
export const optionalReasonField: Field = { ...reasonField, isOptional: true };
