/**
 * The exchange of a process behind its listeners. The lab can close it, give it other contents and open it again, while
 * the listeners stay: meanwhile requests of customers wait, and those of operators are answered 503.
 */

import type { Worker } from 'node:worker_threads';
import { asError } from '../boundary/caught.ts';
import { LabClock } from '../clock/lab-clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import { WorldConnections } from '../lab/worlds/world-connections.ts';
import type { OperatorApi } from '../operator/operator-api.ts';
import type { BoundListener } from './bound-listener.ts';
import type { CustomerApi, CustomerWays } from './customer-listener.ts';
import { type Exchange, type ExchangeParts, type OpenedCore, openExchange } from './exchange.ts';
import { LazyWorlds, type Route } from './worlds/lazy-worlds.ts';
import type { OpenedExchange, ProcessExchange } from './worlds/process-exchange.ts';
import { hasWorldFolders } from './worlds/world-folders.ts';

export type Listeners = {
  readonly customers: BoundListener<CustomerApi>;
  readonly operators: BoundListener<OperatorApi>;
};

type Parts = Omit<ExchangeParts, 'worlds'>;

export class ServedExchange {
  readonly #parts: ExchangeParts;
  readonly #listeners: Listeners;
  /** Connections of customers: they end when it is closed, so that their clients subscribe again. */
  readonly #connections = new WorldConnections(() => {});
  #exchange: Exchange | undefined;
  #opening = new AsyncDisposableStack();
  #worlds: LazyWorlds | undefined;
  /** Routes requests to worlds; until there are some, all requests go to the exchange. */
  #route: Route = (ways) => ways;
  /** The change that is under way, or the last one. It never rejects. */
  #change: Promise<unknown> = Promise.resolve();

  /** Resolves when both listeners serve requests. A start that fails leaves nothing open. */
  static async start(parts: Parts, listeners: Listeners, engineThread?: Worker): Promise<ServedExchange> {
    const served = new ServedExchange(parts, listeners);
    try {
      await served.#open(engineThread);
      // Their keys are known to the first request.
      if (hasWorldFolders(parts.config.BURSAR_DATA)) await served.#worlds?.get();
      await served.#dropLeftDatabases();
      served.#serve();
      return served;
    } catch (error) {
      await served.close();
      throw error;
    }
  }

  private constructor(parts: Parts, listeners: Listeners) {
    this.#parts = { ...parts, worlds: (opened) => this.#worldsBeside(opened) };
    this.#listeners = listeners;
  }

  /** @throws while it is closed. */
  get exchange(): Exchange {
    if (this.#exchange === undefined) throw new Error('the exchange is closed');
    return this.#exchange;
  }

  /** Ends every wait before the work of a request, so that the listeners can close. */
  async stop(): Promise<void> {
    this.#exchange?.lab?.stop();
    await this.#worlds?.stop();
  }

  async close(): Promise<void> {
    await this.#change;
    await this.#worlds?.close();
    await this.#opening.disposeAsync();
  }

  async #open(engineThread?: Worker): Promise<void> {
    this.#exchange = await openExchange(this.#parts, this.#opening, engineThread);
  }

  /** Drops the databases of the lab that a killed process has left. */
  async #dropLeftDatabases(): Promise<void> {
    const { location, log } = this.#parts;
    const { lab, core } = this.exchange;
    if (lab === undefined || !('postgres' in location)) return;
    const { dropLeftDatabases } = await import('./worlds/left-databases.ts');
    await dropLeftDatabases(location.postgres, core.engine.leases, log);
  }

  #serve(): void {
    const { customers, operators } = this.exchange;
    this.#listeners.operators.serve(operators);
    this.#serveCustomers(customers);
  }

  #serveCustomers(main: CustomerApi): void {
    this.#listeners.customers.serve({
      ...main,
      ...this.#route(this.#exchange?.lab ? this.#counted(main) : main),
    });
  }

  #worldsBeside({ core, lab }: OpenedCore): LazyWorlds | undefined {
    const { config, clock, log, observation, location } = this.#parts;
    if (lab === undefined || !(clock instanceof LabClock)) return undefined;
    const exchange: ProcessExchange = {
      clock,
      location,
      opened: () => openedOf(this.exchange),
      reopen: (meanwhile, onOpened) => this.#reopen(meanwhile, onOpened),
    };
    const { secretBox } = core;
    this.#worlds ??= new LazyWorlds(
      { config, machine: systemClock, log, observation, secretBox, exchange },
      (route) => {
        this.#route = route;
        this.#serve();
      },
    );
    return this.#worlds;
  }

  #reopen(
    meanwhile: () => Promise<void>,
    onOpened: (exchange: OpenedExchange) => Promise<void>,
  ): Promise<void> {
    const result = this.#change.then(async () => {
      const reopened = this.#letCustomersWait();
      try {
        await this.#closeExchange();
        await meanwhile();
      } finally {
        await this.#openAgain(onOpened);
        this.#serve();
        reopened();
      }
    });
    this.#change = result.catch(() => {});
    return result;
  }

  /** @returns a function that ends the wait. */
  #letCustomersWait(): () => void {
    const { customers } = this.exchange;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#serveCustomers({
      refuse: customers.refuse,
      handle: (request) => promise.then(() => this.exchange.customers.handle(request)),
      admit: (request) => promise.then(() => this.exchange.customers.admit(request)),
    });
    return resolve;
  }

  async #closeExchange(): Promise<void> {
    this.#exchange?.lab?.stop();
    this.#connections.endAll();
    const opening = this.#opening;
    this.#opening = new AsyncDisposableStack();
    this.#exchange = undefined;
    await opening.disposeAsync();
  }

  async #openAgain(onOpened: (exchange: OpenedExchange) => Promise<void>): Promise<void> {
    try {
      await this.#open();
      await onOpened(openedOf(this.exchange));
    } catch (error) {
      this.#parts.onFatal(asError(error));
      throw error;
    }
  }

  #counted({ handle, admit }: CustomerWays): CustomerWays {
    return {
      handle,
      admit: async (request) => {
        const admitted = await admit(request);
        if (typeof admitted !== 'function') return admitted;
        return (channel) => this.#connections.add(channel, admitted(channel));
      },
    };
  }
}

function openedOf({ core: { engine }, lab }: Exchange): OpenedExchange {
  if (lab === undefined) throw new Error('the exchange has no lab');
  return { engine, lab };
}
