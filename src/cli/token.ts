/** `bursar token`: API tokens of the operator API, for machines. */
import { keysOf } from '../boundary/record.ts';
import { systemClock } from '../clock/system-clock.ts';
import { isoTime } from '../contract/text.ts';
import { ConfigError } from '../engine/config-error.ts';
import { readOptions } from '../runtime/options.ts';
import {
  actionOf,
  apiOf,
  apiOptions,
  apiOptionsHelp,
  nameOf,
  printCalled,
  rolesOf,
  splitList,
} from './access-verbs.ts';
import { callOperator, type OperatorApi } from './operator-call.ts';
import { alignColumns, type Verb } from './verb.ts';

const options = {
  ...apiOptions,
  roles: { type: 'string' },
  'ip-allow-list': { type: 'string' },
  'expires-in-days': { type: 'string' },
} as const;

type Token = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly ipAllowList: readonly string[];
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
};
type List = { readonly tokens: readonly Token[] };

type Given = {
  readonly name: string | undefined;
  readonly values: {
    readonly roles?: string | undefined;
    readonly 'ip-allow-list'?: string | undefined;
    readonly 'expires-in-days'?: string | undefined;
  };
  readonly json: boolean;
};

const dayMs = 24 * 3_600_000;

const list = (api: OperatorApi) => callOperator<List>(api, { method: 'GET', path: '/tokens' });

const actions = {
  list: (api: OperatorApi, { json }: Given) =>
    printCalled(list(api), ({ tokens }) => describeList(tokens), json),
  new: (api: OperatorApi, { name, values, json }: Given) => {
    const ipAllowList = splitList(values['ip-allow-list'] ?? '');
    const expiresAt = expiryOf(values['expires-in-days']);
    const limits = { roles: rolesOf(values.roles), ipAllowList, expiresAt };
    const body = { name: nameOf(name, 'token new'), ...limits };
    const made = callOperator<Token & { readonly token: string }>(api, {
      method: 'POST',
      path: '/tokens',
      body,
    });
    return printCalled(made, describeMade, json);
  },
  revoke: async (api: OperatorApi, { name, json }: Given) => {
    const wanted = nameOf(name, 'token revoke');
    const known = await list(api);
    if (!('done' in known)) return printCalled(Promise.resolve(known), () => '', json);
    const token = known.done.tokens.find((each) => each.name === wanted || each.id === wanted);
    if (token === undefined)
      return printCalled(Promise.resolve({ refused: `there is no valid token ${wanted}` }), () => '', json);
    const revoked = callOperator<object>(api, { method: 'DELETE', path: `/tokens/${token.id}` });
    return printCalled(revoked, () => `Token ${token.name} is revoked.`, json);
  },
};

/** By the clock of this machine, as tokens expire by real time. */
function expiryOf(days: string | undefined): number | null {
  if (days === undefined) return null;
  if (!/^[1-9]\d{0,3}$/.test(days))
    throw new ConfigError('--expires-in-days must be a number of days from 1 to 9999');
  return systemClock.wire.now() + Number(days) * dayMs;
}

function describeList(tokens: readonly Token[]): string {
  if (tokens.length === 0) return 'There is no valid API token.';
  const rows = tokens.map(({ name, roles, ipAllowList, expiresAt, lastUsedAt }) => [
    name,
    roles.join(', ') || 'no role',
    ipAllowList.length === 0 ? 'from any address' : `from ${ipAllowList.join(', ')}`,
    expiresAt === null ? 'never expires' : `expires ${isoTime(expiresAt)}`,
    lastUsedAt === null ? 'never used' : `used ${isoTime(lastUsedAt)}`,
  ]);
  return alignColumns(rows, '');
}

function describeMade({ name, roles, token }: Token & { readonly token: string }): string {
  return `API token ${name} (${roles.join(', ') || 'no role'}):

  ${token}

There is no other copy. Requests carry it as Authorization: Bearer TOKEN.`;
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(args, options, 2);
  const [action, name] = positionals;
  const act = actions[actionOf(action, keysOf(actions), 'token')];
  if (action === 'list' && name !== undefined) throw new ConfigError("'bursar token list' takes no name");
  return act(apiOf(values), { name, values, json: values.json ?? false });
}

export const tokenVerb: Verb = {
  summary: 'Lists, creates or revokes API tokens of the operator API, for machines.',
  help: `usage: bursar token ACTION [NAME] [OPTIONS]

Manages the API tokens with which machines use the operator API of a running server. A token has roles, which
docs/operators.md lists; only its hash is stored.

  list                   Lists the tokens that are valid.
  new NAME               Creates a token, and prints it.
  revoke NAME            Revokes a token, by its name or id, at once.

  --roles LIST           viewer, support, treasurer, signer, approver, administrator, separated by commas; '' for none.
  --ip-allow-list LIST   Addresses and CIDR ranges that may use the token, separated by commas. Default: any.
  --expires-in-days DAYS Default: never.
${apiOptionsHelp}

Creating a token needs a recent proof of identity of a person, so API tokens cannot. The bootstrap token (the file
operator-token) can at any time.

Exit codes: 0 success; 1 the operator API refused it or did not answer; 2 usage error.`,
  run,
};
