/**
 * A listener that binds its port before anything else is done, so that a start that fails to bind leaves nothing behind.
 * Until it is given an edge, it answers every request with 503.
 */
import { commonErrors } from '../contract/common-errors.ts';
import { describeError } from '../contract/error-table.ts';
import { reject } from '../contract/errors.ts';
import { ConfigError } from '../engine/config-error.ts';
import { HttpListener, type ListenerOptions } from '../http/http-listener.ts';
import type { RawReply, Refuse } from '../http/http-message.ts';
import type { Routing } from '../http/routing.ts';
import type { UpgradeOptions } from '../http/web-socket/web-sockets.ts';
import { type SettingName, settings } from './config.ts';

/** What a listener does with requests: `refuse` replies to those that violate HTTP itself. */
export type Edge = { readonly refuse: Refuse };

type BindOptions<E extends Edge> = Omit<ListenerOptions, 'refuse' | 'upgrade'> & {
  /** The settings of the address, for error messages. */
  readonly hostSetting: SettingName;
  readonly portSetting: SettingName;
  /** `edge` returns undefined until the listener is given one. */
  readonly routing: (edge: () => E | undefined) => Routing;
  readonly upgrade?: (edge: () => E | undefined) => UpgradeOptions;
};

/** The reply while the listener has no edge yet. */
export const startingReply: RawReply = renderStarting();

export class BoundListener<E extends Edge> {
  readonly port: number;
  readonly #listener: HttpListener;
  readonly #gate: { edge: E | undefined };

  /** @throws ConfigError if the address cannot be bound. */
  static async bind<E extends Edge>(options: BindOptions<E>): Promise<BoundListener<E>> {
    const gate: { edge: E | undefined } = { edge: undefined };
    const { routing, upgrade, ...others } = options;
    const listener = new HttpListener({
      ...others,
      routing: routing(() => gate.edge),
      ...(upgrade && { upgrade: upgrade(() => gate.edge) }),
      refuse: (refusal) => gate.edge?.refuse(refusal) ?? startingReply,
    });
    try {
      return new BoundListener(await listener.start(), listener, gate);
    } catch (error) {
      await listener.close();
      throw explainFailure(error as NodeJS.ErrnoException, options);
    }
  }

  private constructor(port: number, listener: HttpListener, gate: { edge: E | undefined }) {
    this.port = port;
    this.#listener = listener;
    this.#gate = gate;
  }

  serve(edge: E): void {
    this.#gate.edge = edge;
  }

  startDraining(): void {
    this.#listener.startDraining();
  }

  close(): Promise<void> {
    return this.#listener.close();
  }
}

function renderStarting(): RawReply {
  const { status, body } = describeError(reject('not-done'), commonErrors);
  return { status, body: JSON.stringify(body) };
}

/** @returns the error itself if it is not about the address. */
function explainFailure(
  error: NodeJS.ErrnoException,
  {
    host,
    port,
    hostSetting,
    portSetting,
  }: Pick<BindOptions<Edge>, 'host' | 'port' | 'hostSetting' | 'portSetting'>,
): Error {
  const instead = (name: SettingName) => `choose another with --${settings[name].flag} or ${name}.`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`Port ${port} is already in use; ${instead(portSetting)}`);
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
