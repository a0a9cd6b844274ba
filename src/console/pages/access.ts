/** The operators and tokens that may use the operator API. */
import type { listOperators } from '../../contract/operator/access/operators.ts';
import type { listTokens } from '../../contract/operator/access/tokens.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { operatorRoles } from '../../contract/operator-permissions.ts';
import { type Child, html } from '../kit/html.ts';
import { type Action, ActionButton, optionalReasonField } from '../parts/action.ts';
import { none, state, time } from '../parts/cells.ts';
import { CsvLink } from '../parts/csv-link.ts';
import { listOf } from '../parts/lists.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { secretOf } from '../parts/secret.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Operator = OperatorReply<typeof listOperators>['operators'][number];
type Token = OperatorReply<typeof listTokens>['tokens'][number];
const own = text.access;
const shared = { permission: 'manage-operators' } as const;
const rolesField = (value = '') =>
  ({ name: 'roles', label: own.roles, kind: 'several', options: operatorRoles, value }) as const;
const withReason = (reason: string | undefined) => (reason ? { reason } : {});

export function AccessPage(): Child {
  return html`<${PageHead} title=${own.title} /><${Operators} /><${Tokens} />`;
}

const createOperator: Action = {
  ...shared,
  label: own.createOperator,
  method: 'POST',
  path: '/operators',
  fields: [
    { name: 'name', label: own.name, pattern: '[a-z0-9][a-z0-9._\\-]{0,63}', hint: own.nameHint },
    rolesField(),
    optionalReasonField,
  ],
  body: ({ name, roles = '', reason }) => ({ name, roles: listOf(roles), ...withReason(reason) }),
  sentence: ({ name, roles }) => own.createSentence(name || '…', listOf(roles ?? '').join(', ')),
  result: secretOf,
  proposal: { operation: 'createOperator', path: {} },
};

function actionsOf({ name, roles, state: is }: Operator): readonly Action[] {
  const path = `/operators/${name}`;
  const change: Action = {
    ...shared,
    label: own.changeRoles,
    method: 'PATCH',
    path,
    fields: [rolesField(roles.join()), optionalReasonField],
    body: ({ roles: chosen = '', reason }) => ({ roles: listOf(chosen), ...withReason(reason) }),
    sentence: ({ roles: chosen }) => own.rolesSentence(name, listOf(chosen ?? '').join(', ')),
    proposal: { operation: 'updateOperator', path: { name } },
  };
  const disabled = is !== 'disabled';
  const disable: Action = {
    ...shared,
    label: disabled ? own.disable : own.enable,
    method: 'PATCH',
    path,
    fields: [optionalReasonField],
    body: ({ reason }) => ({ disabled, ...withReason(reason) }),
    sentence: () => (disabled ? own.disableSentence(name) : own.enableSentence(name)),
    isDangerous: disabled,
    // Disabling needs nobody else.
    ...(!disabled && { proposal: { operation: 'updateOperator', path: { name } } }),
  };
  const link: Action = {
    ...shared,
    label: own.newLink,
    method: 'POST',
    path: `${path}/link`,
    fields: [optionalReasonField],
    sentence: () => own.linkSentence(name),
    result: secretOf,
    proposal: { operation: 'createOperatorLink', path: { name } },
  };
  return disabled ? [change, link, disable] : [disable];
}

function confirmation(untilMs: number | null): Child {
  return untilMs === null ? null : html`<small>${own.unconfirmedUntil} ${time(untilMs)}</small>`;
}

function Operators(): Child {
  const read = useResource<OperatorReply<typeof listOperators>>('/operators');
  const columns: readonly Column<Operator>[] = [
    { title: own.name, cell: ({ name }) => name },
    { title: own.roles, cell: ({ roles }) => roles.join(', ') || none },
    {
      title: own.state,
      cell: ({ state: name, unconfirmedUntil }) => [state(name), confirmation(unconfirmedUntil)],
    },
    { title: own.seen, cell: ({ lastSeenAt }) => time(lastSeenAt) },
    {
      title: text.common.actions,
      cell: (each) =>
        actionsOf(each).map(
          (action) =>
            html`<${ActionButton} key=${action.label} isQuiet action=${action} done=${read.reload} />`,
        ),
    },
  ];
  return html`<${Section} title=${own.operators} tools=${html`<${CsvLink} path="/operators" /><${ActionButton} action=${createOperator} done=${read.reload} />`}>
    ${whenRead(read, ({ operators }) => html`<${Table} caption=${own.operators} rows=${operators} columns=${columns} keyOf=${({ id }: Operator) => id} empty=${own.noOperators} />`)}
  <//>`;
}

const createToken: Action = {
  ...shared,
  label: own.createToken,
  method: 'POST',
  path: '/tokens',
  fields: [
    { name: 'name', label: own.name, pattern: '[a-z0-9][a-z0-9._\\-]{0,63}', hint: own.nameHint },
    rolesField(),
    { name: 'ipAllowList', label: own.ipAllowList, hint: own.ipHint, isOptional: true },
    { name: 'expiresAt', label: own.expires, kind: 'local-time', isOptional: true },
    optionalReasonField,
  ],
  body: ({ name, roles = '', ipAllowList = '', expiresAt, reason }) => ({
    name,
    roles: listOf(roles),
    ipAllowList: listOf(ipAllowList),
    expiresAt: expiresAt ? Date.parse(expiresAt) : null,
    ...withReason(reason),
  }),
  sentence: ({ name, roles }) => own.tokenSentence(name || '…', listOf(roles ?? '').join(', ')),
  result: secretOf,
  proposal: { operation: 'createToken', path: {} },
};

const revokeToken = ({ id, name }: Token): Action => ({
  ...shared,
  label: own.revoke,
  method: 'DELETE',
  path: `/tokens/${id}`,
  body: null,
  sentence: () => own.revokeSentence(name),
  isDangerous: true,
});

function Tokens(): Child {
  const read = useResource<OperatorReply<typeof listTokens>>('/tokens');
  const columns: readonly Column<Token>[] = [
    { title: own.name, cell: ({ name }) => name },
    { title: own.roles, cell: ({ roles }) => roles.join(', ') || none },
    { title: own.ipAllowList, cell: ({ ipAllowList }) => ipAllowList.join(', ') || own.anyAddress },
    { title: own.expires, cell: ({ expiresAt }) => (expiresAt === null ? own.never : time(expiresAt)) },
    { title: own.createdBy, cell: ({ createdBy }) => createdBy ?? own.bootstrap },
    { title: own.used, cell: ({ lastUsedAt }) => time(lastUsedAt) },
    {
      title: text.common.actions,
      cell: (each) => html`<${ActionButton} action=${revokeToken(each)} done=${read.reload} />`,
    },
  ];
  return html`<${Section} title=${own.tokens} tools=${html`<${CsvLink} path="/tokens" /><${ActionButton} action=${createToken} done=${read.reload} />`}>
    ${whenRead(read, ({ tokens }) => html`<${Table} caption=${own.tokens} rows=${tokens} columns=${columns} keyOf=${({ id }: Token) => id} empty=${own.noTokens} />`)}
  <//>`;
}
