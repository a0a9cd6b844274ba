/**
 * A listener that binds its port before anything else is done, so that a start that fails to bind leaves nothing behind.
 * Until it is given an edge, it answers every request with 503.
 */
import { describeError, reject } from '../contract/errors.ts';
import { ConfigError } from '../engine/config-error.ts';
import { HttpListener, type HttpListenerOptions } from '../http/http-listener.ts';
import type { RawReply, RawRequest, Refuse } from '../http/http-message.ts';
import { type SettingName, settings } from './config.ts';

/** Handles the requests of a listener, and answers those that violate HTTP itself. */
export type Edge = {
  readonly handle: (request: RawRequest) => Promise<RawReply>;
  readonly refuse: Refuse;
};

export type BindOptions = Omit<HttpListenerOptions, 'handle' | 'refuse'> & {
  /** The settings of the address, for error messages. */
  readonly hostSetting: SettingName;
  readonly portSetting: SettingName;
  /** Requests that are not answered with 503 while the server starts. */
  readonly answerWhileStarting?: (request: RawRequest) => RawReply | undefined;
};

export class BoundListener {
  readonly port: number;
  readonly #listener: HttpListener;
  readonly #gate: { edge: Edge };

  /** @throws ConfigError if the address cannot be bound. */
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

/** @returns the error itself if it is not about the address. */
function explainFailure(
  error: NodeJS.ErrnoException,
  { host, port, hostSetting, portSetting }: BindOptions,
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
