/** `bursar operator`: the people who operate the exchange, by the operator API of a running server. */
import { keysOf } from '../boundary/record.ts';
import { isoTime } from '../contract/text.ts';
import { ConfigError } from '../engine/config-error.ts';
import { readOptions } from '../runtime/options.ts';
import { actionOf, apiOf, apiOptions, apiOptionsHelp, nameOf, printCalled, rolesOf } from './access-verbs.ts';
import { acceptLink } from './link-accept.ts';
import { operatorUrlOf } from './operator-address.ts';
import { callOperator, type OperatorApi } from './operator-call.ts';
import { alignColumns, type Verb } from './verb.ts';

const options = { ...apiOptions, roles: { type: 'string' }, name: { type: 'string' } } as const;

type Operator = {
  readonly name: string;
  readonly roles: readonly string[];
  readonly state: string;
  readonly lastSeenAt: number | null;
};
type Linked = {
  readonly operator: Operator;
  readonly link: { readonly secret: string; readonly expiresAt: number };
};

const actions = {
  list: (api: OperatorApi, { json }: Given) =>
    printCalled(
      callOperator<{ readonly operators: readonly Operator[] }>(api, { method: 'GET', path: '/operators' }),
      ({ operators }) => describeList(operators),
      json,
    ),
  new: (api: OperatorApi, { name, roles, json }: Given) =>
    printCalled(
      callOperator<Linked>(api, {
        method: 'POST',
        path: '/operators',
        body: { name: nameOf(name, 'operator new'), roles: rolesOf(roles) },
      }),
      describeLinkOf(api),
      json,
    ),
  link: (api: OperatorApi, { name, json }: Given) =>
    printCalled(
      callOperator<Linked>(api, { method: 'POST', path: `${pathOf(name, 'link')}/link`, body: {} }),
      describeLinkOf(api),
      json,
    ),
  roles: (api: OperatorApi, given: Given) => change(api, given, 'roles', { roles: rolesOf(given.roles) }),
  disable: (api: OperatorApi, given: Given) => change(api, given, 'disable', { disabled: true }),
  enable: (api: OperatorApi, given: Given) => change(api, given, 'enable', { disabled: false }),
};

type Given = {
  readonly name: string | undefined;
  readonly roles: string | undefined;
  readonly json: boolean;
};

const pathOf = (name: string | undefined, action: string) =>
  `/operators/${encodeURIComponent(nameOf(name, `operator ${action}`))}`;

function change(api: OperatorApi, { name, json }: Given, action: string, body: object): Promise<number> {
  return printCalled(
    callOperator<Operator>(api, { method: 'PATCH', path: pathOf(name, action), body }),
    (operator) => describeList([operator]),
    json,
  );
}

function describeList(operators: readonly Operator[]): string {
  if (operators.length === 0) return 'There is no operator yet.';
  const rows = operators.map(({ name, roles, state, lastSeenAt }) => [
    name,
    state,
    roles.join(', ') || 'no role',
    lastSeenAt === null ? 'never seen' : `seen ${isoTime(lastSeenAt)}`,
  ]);
  return alignColumns(rows, '');
}

function describeLinkOf({ url }: OperatorApi) {
  // Passkeys need a host with a name.
  const console = url.replace('127.0.0.1', 'localhost');
  return ({
    operator,
    link,
  }: Linked) => `Operator ${operator.name} (${operator.roles.join(', ') || 'no role'}) can sign in with this one-time link, until ${isoTime(link.expiresAt)}:

  ${console}/accept#${link.secret}

Open it in a browser, or pass it to bursar operator accept: it is shown only once. Its use removes an earlier password,
passkeys and sessions of the operator.`;
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(args, options, 2);
  const [action, name] = positionals;
  const json = values.json ?? false;
  const chosen = actionOf(action, ['accept', ...keysOf(actions)], 'operator');
  if (chosen === 'accept')
    return acceptLink(
      { url: operatorUrlOf(values) },
      { secret: name?.replace(/^.*#/, ''), name: values.name, roles: values.roles, json },
    );
  if (values.name !== undefined) throw new ConfigError('--name is only for bursar operator accept');
  if (values.roles !== undefined && chosen !== 'new' && chosen !== 'roles')
    throw new ConfigError('--roles is only for bursar operator new, roles and accept');
  if (action === 'list' && name !== undefined) throw new ConfigError("'bursar operator list' takes no name");
  return actions[chosen](apiOf(values), { name, roles: values.roles, json });
}

export const operatorVerb: Verb = {
  summary: 'Lists, adds, changes or disables the operators, who sign in to the operator API.',
  help: `usage: bursar operator ACTION [NAME] [OPTIONS]

Manages the people who operate the exchange, by the operator API of a running server. The first administrator is made
with the one-time link that is printed at a start. docs/operators.md lists the roles.

  accept SECRET          Uses a one-time link: sets a password, which is asked for, or read from standard input. With the
                         link of a start, --name names the first administrator, and --roles adds further roles.
  list                   Lists the operators.
  new NAME               Adds an operator, and prints a one-time link for them, valid for 24 hours.
  link NAME              Prints another one-time link, for an operator who has lost their access.
  roles NAME             Replaces the roles of an operator with --roles.
  disable NAME           Ends the sessions of an operator, who cannot sign in any more.
  enable NAME            Lets a disabled operator sign in again.

  --name NAME            The first administrator.
  --roles LIST           viewer, support, treasurer, signer, approver, administrator, separated by commas; '' for none.
${apiOptionsHelp}

Only people can add and change operators, after a recent proof of identity, so API tokens cannot. The bootstrap token
(the file operator-token) can do so at any time, for recovery.

Exit codes: 0 success; 1 the operator API refused it or did not answer; 2 usage error.`,
  run,
};
