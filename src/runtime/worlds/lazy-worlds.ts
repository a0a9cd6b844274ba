/** The worlds of the lab, whose code is loaded when they are used for the first time. */
import type { Worlds } from '../../lab/worlds/worlds.ts';
import type { OperatorParts } from '../../operator/handler.ts';
import type { CustomerWays } from '../customer-listener.ts';
import type { WorldParts } from './open-world.ts';

export type Route = (ways: CustomerWays) => CustomerWays;

export class LazyWorlds {
  readonly #parts: WorldParts;
  readonly #serve: (route: Route) => void;
  #worlds: Promise<Worlds<OperatorParts>> | undefined;

  /** @param serve called once, when requests of customers may be for worlds. Until then none is routed. */
  constructor(parts: WorldParts, serve: (route: Route) => void) {
    this.#parts = parts;
    this.#serve = serve;
  }

  get(): Promise<Worlds<OperatorParts>> {
    this.#worlds ??= this.#load();
    return this.#worlds;
  }

  /** Ends every wait before the work of a request, so that the server can stop. */
  async stop(): Promise<void> {
    (await this.#worlds)?.stop();
  }

  async close(): Promise<void> {
    await (await this.#worlds)?.close();
  }

  async #load(): Promise<Worlds<OperatorParts>> {
    const { createWorlds, routeToWorlds } = await import('./worlds-start.ts');
    const worlds = createWorlds(this.#parts);
    this.#serve((ways) => routeToWorlds(worlds, ways));
    return worlds;
  }
}
