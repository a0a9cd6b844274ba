/** The data that a page has read, or the reason why there is none. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Query, request } from '../kit/api.ts';
import { useChanges } from './use-changes.ts';

export type Resource<T> = {
  readonly data: Signal<T | undefined>;
  readonly error: Signal<Error | undefined>;
  readonly reload: () => Promise<void>;
};

/** Reads a path of the operator API, again whenever the path or the query changes. null: nothing to read yet. */
export function useResource<T>(path: string | null, query?: Query): Resource<T> {
  const data = useSignal<T | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const key = path === null ? null : `${path} ${JSON.stringify(query ?? {})}`;
  const load = async (isCurrent: () => boolean, isRefresh = false) => {
    if (path === null) return;
    try {
      const read = await request<T>('GET', path, undefined, { query, isRefresh });
      if (!isCurrent()) return;
      data.value = read;
      error.value = undefined;
    } catch (caught) {
      // cast: `request` throws nothing but errors.
      if (isCurrent()) error.value = caught as Error;
    }
  };
  useEffect(() => {
    let isCurrent = true;
    data.value = undefined;
    error.value = undefined;
    void load(() => isCurrent);
    return () => {
      isCurrent = false;
    };
  }, [key]);
  useChanges(() => void load(() => true, true));
  return { data, error, reload: () => load(() => true) };
}
