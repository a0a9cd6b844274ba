/** One's own access: passkeys, password, sessions. */

import { useSignal } from '@preact/signals';
import type { getMe, listMyPasskeys, listMySessions } from '../../contract/operator/access/me.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { formOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { hasPasskeys, makePasskey } from '../kit/passkey.ts';
import { problemOf, withProof } from '../kit/proof.ts';
import { me } from '../kit/session.ts';
import { type Action, ActionButton } from '../parts/action.ts';
import { none, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { type Resource, useResource } from '../parts/resource.ts';
import { Empty, Problem, whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Passkeys = OperatorReply<typeof listMyPasskeys>;
type Passkey = Passkeys['passkeys'][number];
type Sessions = OperatorReply<typeof listMySessions>;
type Session = Sessions['sessions'][number];
const own = text.profile;

export function ProfilePage(): Child {
  // cast: the page is shown only after signing in.
  const self = me.value as OperatorReply<typeof getMe>;
  return html`<${PageHead} title=${own.title} tools=${self.session && html`<${ActionButton} action=${changePassword} done=${() => {}} />`} />
    <${Facts} of=${[
      [own.name, self.actor.replace(/^operator:/, '')],
      [own.roles, self.roles.join(', ') || none],
      [own.permissions, self.permissions.join(', ') || none],
    ]} />
    ${self.session === null ? html`<${Empty}>${own.machine}<//>` : html`<${PasskeySection} /><${SessionSection} />`}`;
}

const changePassword: Action = {
  label: own.change,
  permission: 'anyone',
  method: 'PUT',
  path: '/me/password',
  fields: [{ name: 'password', label: own.newPassword, kind: 'new-secret', hint: text.shell.passwordRule }],
  sentence: () => own.changeSentence,
};

function PasskeySection(): Child {
  const passkeys = useResource<Passkeys>('/me/passkeys');
  const columns: readonly Column<Passkey>[] = [
    { title: own.name, cell: ({ name }) => name },
    { title: own.host, cell: ({ host }) => host },
    { title: own.made, cell: ({ createdAt }) => time(createdAt) },
    { title: own.used, cell: ({ lastUsedAt }) => time(lastUsedAt) },
    {
      title: text.common.actions,
      cell: (passkey) => html`<${ActionButton} action=${removal(passkey)} done=${passkeys.reload} isQuiet />`,
    },
  ];
  return html`<${Section} title=${own.passkeys}>
    ${hasPasskeys() ? html`<${NewPasskey} passkeys=${passkeys} />` : html`<p class="lead">${own.onlyNamed}</p>`}
    ${whenRead(
      passkeys,
      (data) => html`<${Table} caption=${own.passkeys} rows=${data.passkeys} columns=${columns}
      keyOf=${({ id }: Passkey) => id} empty=${own.noPasskeys} />`,
    )}
  <//>`;
}

const removal = ({ id, name }: Passkey): Action => ({
  label: own.remove,
  permission: 'anyone',
  method: 'DELETE',
  path: `/me/passkeys/${encodeURIComponent(id)}`,
  body: null,
  sentence: () => own.removeSentence(name),
  isDangerous: true,
});

function NewPasskey({ passkeys }: { readonly passkeys: Resource<Passkeys> }): Child {
  const error = useSignal<Error | undefined>(undefined);
  const add = async (event: Event) => {
    event.preventDefault();
    const form = formOf(event);
    const name = String(new FormData(form).get('name'));
    error.value = undefined;
    try {
      const response = await withProof(() => makePasskey('/me/passkey-options'));
      await withProof(() => request('POST', '/me/passkeys', { name, response }));
      form.reset();
      await passkeys.reload();
    } catch (caught) {
      error.value = problemOf(caught);
    }
  };
  return html`<form class="filters" onSubmit=${add}>
      <label>${own.passkeyName}<input name="name" required maxlength="64" autocomplete="off" /></label>
      <button>${own.add}</button>
    </form>
    ${error.value && html`<${Problem} error=${error.value} />`}`;
}

function SessionSection(): Child {
  const sessions = useResource<Sessions>('/me/sessions');
  const columns = (current: string): readonly Column<Session>[] => [
    { title: own.signedIn, cell: ({ createdAt }) => time(createdAt) },
    { title: own.seen, cell: ({ seenAt }) => time(seenAt) },
    { title: own.ends, cell: ({ idleUntil }) => time(idleUntil) },
    { title: own.address, cell: ({ ip }) => ip },
    { title: own.browser, cell: ({ userAgent }) => html`<span class="whole">${userAgent}</span>` },
    {
      title: text.common.actions,
      cell: (session) =>
        session.id === current
          ? html`<span class="faint">${own.here}</span>`
          : html`<${ActionButton} action=${ending(session)} done=${sessions.reload} isQuiet />`,
    },
  ];
  return html`<${Section} title=${own.sessions}>
    ${whenRead(
      sessions,
      (data) => html`<${Table} caption=${own.sessions} rows=${data.sessions} columns=${columns(data.current)}
      keyOf=${({ id }: Session) => id} empty="" />`,
    )}
  <//>`;
}

const ending = ({ id, ip, userAgent }: Session): Action => ({
  label: own.end,
  permission: 'anyone',
  method: 'DELETE',
  path: `/me/sessions/${id}`,
  body: null,
  sentence: () => own.endSentence(`${userAgent}, ${ip}`),
  isDangerous: true,
});
