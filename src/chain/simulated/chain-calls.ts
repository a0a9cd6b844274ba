/** Calls of the simulated chains as messages between threads. */
import { methodOf } from '../../boundary/method.ts';
import type { StoreFault } from '../../store/port.ts';
import type { SimulatedChains } from './simulated-chains.ts';

export type ChainThreadData = {
  readonly path: string;
  /** The thread copies its write-ahead log to the file when the log has this many pages. */
  readonly copyFromPages: number;
};

export type ChainMethod = keyof SimulatedChains;

export type ChainRequest =
  | { readonly id: number; readonly method: ChainMethod; readonly args: readonly unknown[] }
  | { readonly close: true };

/** The first message of the thread is none of these: it says that the file is open. */
export type ChainAnswer =
  | { readonly id: number; readonly value: unknown }
  /** `fault` is absent if the error is a bug. */
  | { readonly id: number; readonly error: string; readonly fault: StoreFault['fault'] | undefined };

type Call = (method: ChainMethod, args: readonly unknown[]) => Promise<unknown>;

export function callOn(
  chains: SimulatedChains,
  method: ChainMethod,
  args: readonly unknown[],
): Promise<unknown> {
  return methodOf(chains, method)(...args);
}

/** Chains each of whose methods is one call. The caller answers a call as the method promises. */
export function chainsBy(given: Call): SimulatedChains {
  // cast: the other side calls the method of that name.
  const call = <M extends ChainMethod>(method: M, args: Parameters<SimulatedChains[M]>) =>
    given(method, args) as ReturnType<SimulatedChains[M]>;
  return {
    newAddress: (...args) => call('newAddress', args),
    broadcast: (...args) => call('broadcast', args),
    find: (...args) => call('find', args),
    findIncoming: (...args) => call('findIncoming', args),
    confirmedBetween: (...args) => call('confirmedBetween', args),
    height: (...args) => call('height', args),
    positionSince: (...args) => call('positionSince', args),
    incomingFrom: (...args) => call('incomingFrom', args),
    receive: (...args) => call('receive', args),
    mine: (...args) => call('mine', args),
    mineAll: (...args) => call('mineAll', args),
    quietSince: (...args) => call('quietSince', args),
    failTransaction: (...args) => call('failTransaction', args),
    dropTransaction: (...args) => call('dropTransaction', args),
    holdTransaction: (...args) => call('holdTransaction', args),
    releaseTransaction: (...args) => call('releaseTransaction', args),
    reorganise: (...args) => call('reorganise', args),
    waiting: (...args) => call('waiting', args),
    switches: (...args) => call('switches', args),
    allSwitches: (...args) => call('allSwitches', args),
    setSwitches: (...args) => call('setSwitches', args),
    heights: (...args) => call('heights', args),
  };
}
