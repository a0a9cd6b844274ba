/**
 * `bursar key new`: makes an API key for an account. The private key of an RSA or Ed25519 pair is made here and never
 * leaves this machine; the operator API is given the public key.
 */
import { ConfigError } from '../engine/config-error.ts';
import { readOptions } from '../runtime/options.ts';
import { oneOf } from '../runtime/setting-readers.ts';
import { splitList } from './access-verbs.ts';
import { makeCredential, reserveFile } from './key-file.ts';
import { registerKey } from './key-registration.ts';
import { operatorTokenOf, operatorUrlOf } from './operator-address.ts';
import type { Verb } from './verb.ts';

const options = {
  type: { type: 'string' },
  account: { type: 'string' },
  out: { type: 'string' },
  bits: { type: 'string' },
  permissions: { type: 'string' },
  'ip-allow-list': { type: 'string' },
  'operator-url': { type: 'string' },
  'operator-token': { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;

async function run(args: readonly string[]): Promise<number> {
  const { api, type, path, limits, bits, json } = readArguments(args);
  const { publicKey, privateKey } = makeCredential(type, bits);
  const file = reserveFile(path);
  // Written before it is registered, so that a registered key always has its private half.
  if (privateKey !== undefined) file.write(privateKey);
  const outcome = await registerKey(api, { ...limits, ...(publicKey !== undefined && { publicKey }) });
  if ('done' in outcome) {
    const { secretKey, apiKey, permissions } = outcome.done;
    if (secretKey !== undefined) file.write(`${secretKey}\n`);
    report(
      { apiKey, account: api.account, type, file: path, publicKey: publicKey ?? null, permissions },
      json,
    );
    return 0;
  }
  if ('refused' in outcome || privateKey === undefined) file.remove();
  console.error(
    'refused' in outcome
      ? `bursar: no key was made: ${outcome.refused}`
      : `bursar: it is unknown whether the key was registered (${outcome.unknown}); GET ${api.url}/operator/v1/accounts/${api.account}/api-keys lists the keys`,
  );
  return 1;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = readOptions(args, options, 1);
  if (positionals[0] !== 'new')
    throw new ConfigError("the only action is 'bursar key new'; 'bursar key --help' explains it");
  const account = values.account?.trim() ?? '';
  if (account === '') throw new ConfigError('--account must name the account');
  const type = oneOf('ed25519', 'rsa', 'hmac')(values.type ?? 'ed25519', '--type');
  if (values.bits !== undefined && type !== 'rsa') throw new ConfigError('--bits is only for --type rsa');
  const { permissions, 'ip-allow-list': ipAllowList } = values;
  return {
    api: { url: operatorUrlOf(values), token: operatorTokenOf(values), account },
    type,
    bits: Number(oneOf('2048', '4096')(values.bits ?? '2048', '--bits')),
    path: values.out ?? defaultFile(account, type),
    limits: {
      ...(permissions !== undefined && { permissions: splitList(permissions) }),
      ...(ipAllowList !== undefined && { ipAllowList: splitList(ipAllowList) }),
    },
    json: values.json ?? false,
  };
}

type Report = {
  readonly apiKey: string;
  readonly account: string;
  readonly type: string;
  /** The file of the private key, or of the secret. */
  readonly file: string;
  readonly publicKey: string | null;
  readonly permissions: readonly string[];
};

function report(made: Report, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(made, null, 2));
    return;
  }
  const half = made.type === 'hmac' ? 'secret' : 'private key';
  console.log(`API key ${made.apiKey} of ${made.account} (${made.type}): ${made.permissions.join(', ')}.
Its ${half} is in ${made.file}, readable by you only. There is no other copy: keep one, and show it to nobody.
Requests carry the API key in the header X-MBX-APIKEY and are signed with the ${half}.`);
}

const defaultFile = (account: string, type: string) =>
  `${account.replace(/[^A-Za-z0-9@._+-]/g, '_').replace(/^\.+/, '_')}.${type}.${type === 'hmac' ? 'secret' : 'pem'}`;

export const keyVerb: Verb = {
  summary: 'Makes an API key for an account: an Ed25519 or RSA pair, or an HMAC secret.',
  help: `usage: bursar key new --account EMAIL [--type ed25519|rsa|hmac] [OPTIONS]

Makes an API key of an account by the operator API of a running server. For ed25519 and rsa the pair is made on this
machine: the private key is written to a file and never sent, and the server is given the public key. For hmac the
server makes the secret, which is written to the file. The file is readable by you only (mode 0600), and an existing
file is never replaced.

  --account EMAIL        The account, which must exist.
  --type TYPE            ed25519 (default): short and fast signatures; rsa; hmac: a secret that the server knows too.
  --bits BITS            Size of an RSA key: 2048 (default) or 4096.
  --out FILE             The file. Default: EMAIL.ed25519.pem, EMAIL.rsa.pem or EMAIL.hmac.secret in this folder.
  --permissions LIST     reading, trading, withdrawals, internal-transfers, universal-transfers, separated by commas.
                         Default: all.
  --ip-allow-list LIST   Addresses and CIDR ranges that may use the key, separated by commas. Default: any.
  --operator-url URL     Default: http://localhost:8081, or BURSAR_OPERATOR_HOST and BURSAR_OPERATOR_PORT.
  --operator-token TEXT  Default: BURSAR_OPERATOR_TOKEN, else the file operator-token in the data folder. Once there is
                         an administrator: an API token with the role administrator.
  --data DIR             The data folder. Default: BURSAR_DATA, else ./data.
  --json                 Prints apiKey, account, type, file, publicKey and permissions as JSON.

A signature covers the query string directly followed by the body, without the parameter signature itself. With openssl:

  query="timestamp=$(date +%s000)"
  printf %s "$query" > request
  openssl pkeyutl -sign -rawin -inkey EMAIL.ed25519.pem -in request | openssl base64 -A    # ed25519
  openssl dgst -sha256 -sign EMAIL.rsa.pem request | openssl base64 -A                     # rsa
  openssl dgst -sha256 -hmac "$(cat EMAIL.hmac.secret)" request                            # hmac: hexadecimal

Base64 is percent-encoded when it is sent: curl -G URL -d "$query" --data-urlencode "signature=$signature".

Exit codes: 0 success; 1 the operator API refused it or did not answer, or the file exists; 2 usage error.`,
  run,
};
