/** Actions on worlds of the lab. */
import { messageOf } from '../../boundary/caught.ts';
import type { createLabWorld } from '../../contract/operator/lab/worlds.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { say } from '../kit/toast.ts';
import type { Action } from '../parts/action.ts';
import type { Field } from '../parts/fields.ts';
import { oneTimeSecrets } from '../parts/secret.ts';
import { text } from '../texts.ts';

const own = text.lab;
const shared = { permission: 'use-lab', method: 'POST' } as const;
const nameField: Field = {
  name: 'name',
  label: own.name,
  isOptional: true,
  pattern: '[a-z0-9][a-z0-9\\-]{0,39}',
  hint: own.nameHint,
};
const timeField: Field = {
  name: 'timeToLive',
  label: own.timeToLive,
  isOptional: true,
  hint: own.timeToLiveHint,
};

/** The new keys, with which requests go to the world. */
const showKeys = ({ name, apiKeys }: OperatorReply<typeof createLabWorld>): Child =>
  html`<p>${own.madeWorld(name)}</p>${apiKeys.map(
    ({ email, apiKey, secretKey }) =>
      html`<section key=${apiKey}><h3>${email}</h3>${oneTimeSecrets([
        [own.key, apiKey],
        [own.secret, secretKey],
      ])}</section>`,
  )}`;

export const createWorld: Action = {
  ...shared,
  label: own.create,
  path: '/lab/worlds',
  fields: [
    nameField,
    { name: 'from', label: own.madeOf, kind: 'choice', options: ['demo', 'empty'] },
    timeField,
  ],
  sentence: () => own.createSentence,
  result: showKeys,
};

export const importWorld: Action = {
  ...shared,
  label: own.importIt,
  path: '/lab/imported-worlds',
  fields: [nameField, { name: 'sqlite', label: own.file, kind: 'file' }],
  sentence: () => own.importSentence,
  result: showKeys,
};

export function worldActions(name: string): readonly Action[] {
  const path = `/lab/worlds/${name}`;
  return [
    {
      ...shared,
      label: own.fork,
      path: `${path}/fork`,
      fields: [nameField, timeField],
      sentence: () => own.forkSentence(name),
      result: showKeys,
    },
    {
      ...shared,
      label: own.keep,
      path: `${path}/snapshots`,
      fields: [{ name: 'label', label: own.label, isOptional: true }],
      sentence: () => own.keepSentence(name),
    },
    {
      ...shared,
      label: own.reset,
      path: `${path}/reset`,
      body: null,
      sentence: () => own.resetSentence(name),
      isDangerous: true,
    },
  ];
}

export const restoreWorld = (name: string, snapshot: string): Action => ({
  ...shared,
  label: own.restore,
  path: `/lab/worlds/${name}/restore`,
  body: () => ({ snapshot }),
  sentence: () => own.restoreSentence(name, snapshot),
  isDangerous: true,
});

export const deleteWorld = (name: string): Action => ({
  permission: 'use-lab',
  method: 'DELETE',
  label: own.remove,
  path: `/lab/worlds/${name}`,
  body: null,
  sentence: () => own.deleteSentence(name),
  isDangerous: true,
});

/** Saves the world as an SQLite file. */
export function ExportButton({ name }: { readonly name: string }): Child {
  const save = async () => {
    try {
      const { sqlite } = await request<{ sqlite: string }>('GET', `/lab/worlds/${name}/export`);
      const bytes = Uint8Array.from(atob(sqlite), (letter) => letter.charCodeAt(0));
      const url = URL.createObjectURL(new Blob([bytes], { type: 'application/vnd.sqlite3' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = `${name}.sqlite`;
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      say(messageOf(error));
    }
  };
  return html`<button type="button" onClick=${save}>${own.exportIt}</button>`;
}
