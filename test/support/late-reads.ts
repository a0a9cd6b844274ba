/** Reads that fail after a commit, as on a database that goes away between the commit and the reply. */
import { mock } from 'node:test';
import { StoreFault } from '../../src/store/port.ts';
import type { Exchange } from './exchange.ts';

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

/**
 * Lets every read of the server fail once something that `work` asks for is done.
 * @returns what `work` returns; the reads answer again.
 */
export async function failReadsOnceDone<R>({ server }: Exchange, work: () => Promise<R>): Promise<R> {
  let isDone = false;
  const writing = [server.commands, server.chainService] as Methods[];
  const notes = writing.flatMap((port) =>
    wrapped(port, async (call) => {
      const outcome = await call();
      isDone ||= typeof outcome !== 'object' || outcome === null || 'done' in outcome;
      return outcome;
    }),
  );
  const failing = wrapped(server.reads as unknown as Methods, async (call) => {
    if (isDone) throw new StoreFault('not-done', 'the database is gone');
    return call();
  });
  try {
    return await work();
  } finally {
    for (const { mock: each } of [...notes, ...failing]) each.restore();
  }
}

function wrapped(port: Methods, around: (call: () => Promise<unknown>) => Promise<unknown>) {
  return namesOf(port).map((name) => {
    const original = port[name] as Methods[string];
    return mock.method(port, name, (...args: unknown[]) => around(() => original.apply(port, args)));
  });
}

/** The names of an object's own methods and of those of its class. */
function namesOf(port: object): string[] {
  const names = new Set<string>();
  for (let at = port; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names];
}
