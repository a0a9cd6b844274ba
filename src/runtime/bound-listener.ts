/**
 * A listener that binds its port before anything else is done, so that a start that fails to bind leaves nothing behind.
 * Its requests wait until it has its routes. Until it is given an API, it answers every request with 503.
 */
import { commonErrors } from '../contract/common-errors.ts';
import { describeError, type ErrorReply } from '../contract/error-table.ts';
import { reject } from '../contract/errors.ts';
import { ConfigError } from '../engine/config-error.ts';
import { HttpListener, type ListenerOptions } from '../http/http-listener.ts';
import type { RawReply, Refuse } from '../http/http-message.ts';
import type { Routing } from '../http/routing.ts';
import type { UpgradeOptions } from '../http/web-socket/web-sockets.ts';
import { describePortHolder } from './port-holder.ts';
import { type SettingName, settings } from './settings.ts';

/** The API that a listener serves; `refuse` replies to requests that violate HTTP itself. */
export type Api = { readonly refuse: Refuse };

type BindOptions<A extends Api> = Omit<ListenerOptions, 'refuse' | 'upgrade'> & {
  /** The settings of the address, for error messages. */
  readonly hostSetting: SettingName;
  readonly portSetting: SettingName;
  /** `api` returns undefined until the listener is given one. */
  readonly routing: (api: () => A | undefined) => Routing;
  readonly upgrade?: (api: () => A | undefined) => UpgradeOptions;
};

/** The reply while the listener has no API yet. */
export const startingReply: RawReply = notDoneReply((body) => body);

export class BoundListener<A extends Api> {
  readonly port: number;
  readonly #listener: HttpListener;
  readonly #served: { api: A | undefined };

  /** @throws ConfigError if the address cannot be bound. */
  static async bind<A extends Api>(options: BindOptions<A>): Promise<BoundListener<A>> {
    const served: { api: A | undefined } = { api: undefined };
    const { routing, upgrade, ...others } = options;
    const listener = new HttpListener({
      ...others,
      routing: routing(() => served.api),
      ...(upgrade && { upgrade: upgrade(() => served.api) }),
      refuse: (refusal) => served.api?.refuse(refusal) ?? startingReply,
    });
    try {
      return new BoundListener(await listener.listen(), listener, served);
    } catch (error) {
      await listener.close();
      // cast: binding fails only with errors of the system.
      throw explainFailure(error as NodeJS.ErrnoException, options);
    }
  }

  private constructor(port: number, listener: HttpListener, served: { api: A | undefined }) {
    this.port = port;
    this.#listener = listener;
    this.#served = served;
  }

  /** Adds the routes. */
  route(): Promise<void> {
    return this.#listener.route();
  }

  /** Replaces the 503 replies. */
  serve(api: A): void {
    this.#served.api = api;
  }

  startDraining(): void {
    this.#listener.startDraining();
  }

  close(): Promise<void> {
    return this.#listener.close();
  }
}

/** @param bodyOf builds the error body of a dialect. */
export function notDoneReply(bodyOf: (error: ErrorReply['body']) => object): RawReply {
  const { status, body } = describeError(reject('not-done'), commonErrors);
  return { status, body: JSON.stringify(bodyOf(body)) };
}

function byHolderOf(port: number): string {
  const holder = describePortHolder(port);
  return holder === undefined ? '' : ` by ${holder}`;
}

/** @returns the error itself if it is not about the address. */
function explainFailure(
  error: NodeJS.ErrnoException,
  {
    host,
    port,
    hostSetting,
    portSetting,
  }: Pick<BindOptions<Api>, 'host' | 'port' | 'hostSetting' | 'portSetting'>,
): Error {
  const instead = (name: SettingName) => `choose another with --${settings[name].flag} or ${name}.`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`Port ${port} is already in use${byHolderOf(port)}; ${instead(portSetting)}`);
    case 'EACCES':
      return new ConfigError(`This user is not allowed to use port ${port}; ${instead(portSetting)}`);
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new ConfigError(`Address ${host} does not belong to this machine; ${instead(hostSetting)}`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ENODATA':
      return new ConfigError(`Host ${host} has no address (${error.code}); ${instead(hostSetting)}`);
    case 'EAFNOSUPPORT':
      return new ConfigError(`This machine does not support addresses like ${host}; ${instead(hostSetting)}`);
    default:
      return error;
  }
}
