/** `bursar operator accept`: uses a one-time link, and sets a password. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ConfigError } from '../engine/config-error.ts';
import { nameOf, printCalled, splitList } from './access-verbs.ts';
import { callOperator, type OperatorApi } from './operator-call.ts';

type Given = {
  readonly secret: string | undefined;
  readonly name: string | undefined;
  readonly roles: string | undefined;
  readonly json: boolean;
};

type Accepted = { readonly operator: { readonly name: string; readonly roles: readonly string[] } };

export async function acceptLink(api: OperatorApi, given: Given): Promise<number> {
  const request = requestOf(given);
  const body = { ...request.body, password: await readPassword() };
  const accepted = callOperator<Accepted>(api, { method: 'POST', path: request.path, body });
  return printCalled(accepted, describe, given.json);
}

function requestOf({ secret, name, roles }: Given): { readonly path: string; readonly body: object } {
  if (secret === undefined)
    throw new ConfigError('bursar operator accept needs the secret of a one-time link');
  const isFirst = secret.startsWith('bursar_first_');
  if (!isFirst && (name !== undefined || roles !== undefined))
    throw new ConfigError('--name and --roles are only for the link of the first administrator');
  if (!isFirst) return { path: '/links/accept', body: { secret } };
  const further = roles === undefined ? {} : { roles: splitList(roles) };
  return {
    path: '/links/first-administrator',
    body: { secret, name: nameOf(name, 'operator accept --name NAME'), ...further },
  };
}

/** Does not show the password if a person types it. */
async function readPassword(): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY) stderr.write('New password (at least 12 characters): ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY });
  try {
    for await (const line of lines) {
      if (stdin.isTTY) stderr.write('\n');
      return line;
    }
    throw new ConfigError('standard input must contain the password');
  } finally {
    lines.close();
  }
}

const describe = ({ operator: { name, roles } }: Accepted) =>
  `${name} (${roles.join(', ') || 'no role'}) can sign in now, with this name and the password.`;
