/** Reads again when something changes on the server. */
import { useEffect, useRef } from 'preact/hooks';
import { changes } from '../kit/live.ts';

export function useChanges(read: () => void): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    let last = changes.value;
    return changes.subscribe((count) => {
      if (count !== last) latest.current();
      last = count;
    });
  }, []);
}
