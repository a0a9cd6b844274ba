/**
 * A listener whose port is taken before anything else is done, so that a start that cannot have it leaves nothing behind.
 * Until it is given an edge, every request is answered 503: nothing was done.
 */
import { describeError, reject } from '../contract/errors.ts';
import { ConfigError } from '../engine/config-error.ts';
import { HttpListener, type HttpListenerOptions } from '../http/http-listener.ts';
import type { RawReply, RawRequest, Refuse } from '../http/http-message.ts';
import { type SettingName, settings } from './config.ts';

/** What a listener does with requests, and with what HTTP itself refuses. */
export type Edge = {
  readonly handle: (request: RawRequest) => Promise<RawReply>;
  readonly refuse: Refuse;
};

export type BindOptions = Omit<HttpListenerOptions, 'handle' | 'refuse'> & {
  /** Which settings name the address, for people. */
  readonly hostSetting: SettingName;
  readonly portSetting: SettingName;
  /** The answer to whom it is not the general one. */
  readonly answerWhileStarting?: (request: RawRequest) => RawReply | undefined;
};

export class BoundListener {
  readonly port: number;
  readonly #listener: HttpListener;
  readonly #gate: { edge: Edge };

  /** @throws ConfigError when the address cannot be had. */
  static async bind(options: BindOptions): Promise<BoundListener> {
    const gate = { edge: startingEdge(options.answerWhileStarting) };
    const listener = new HttpListener({
      ...options,
      handle: (request) => gate.edge.handle(request),
      refuse: (refusal) => gate.edge.refuse(refusal),
    });
    try {
      return new BoundListener(await listener.start(), listener, gate);
    } catch (error) {
      await listener.close();
      throw explainFailure(error as NodeJS.ErrnoException, options);
    }
  }

  private constructor(port: number, listener: HttpListener, gate: { edge: Edge }) {
    this.port = port;
    this.#listener = listener;
    this.#gate = gate;
  }

  serve(edge: Edge): void {
    this.#gate.edge = edge;
  }

  startDraining(): void {
    this.#listener.startDraining();
  }

  close(): Promise<void> {
    return this.#listener.close();
  }
}

function startingEdge(answer: BindOptions['answerWhileStarting']): Edge {
  const { status, body } = describeError(reject('not-done'));
  const notYet = { status, body: JSON.stringify(body) };
  return { handle: async (request) => answer?.(request) ?? notYet, refuse: () => notYet };
}

/** @returns the error itself when it is not about the address. */
function explainFailure(
  error: NodeJS.ErrnoException,
  { host, port, hostSetting, portSetting }: BindOptions,
): Error {
  const instead = (name: SettingName) => `choose another with --${settings[name].flag} or ${name}.`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`Port ${port} is already in use; ${instead(portSetting)}`);
    case 'EACCES':
      return new ConfigError(`Port ${port} is not open to this user; ${instead(portSetting)}`);
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new ConfigError(`Address ${host} is not one of this machine; ${instead(hostSetting)}`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ENODATA':
      return new ConfigError(`Host ${host} has no address (${error.code}); ${instead(hostSetting)}`);
    case 'EAFNOSUPPORT':
      return new ConfigError(
        `Addresses like ${host} are not supported by this machine; ${instead(hostSetting)}`,
      );
    default:
      return error;
  }
}
