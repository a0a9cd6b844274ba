/** A world of the lab: its snapshots, and the changes since one of them. */
import type { diffLabWorld, listLabSnapshots } from '../../contract/operator/lab/world-snapshots.ts';
import type { getLabWorld } from '../../contract/operator/lab/worlds.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { world as shownWorld, showWorld } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { address, go } from '../kit/route.ts';
import { ActionButton } from '../parts/action.ts';
import { bytes, money, none, shortId, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { deleteWorld, ExportButton, restoreWorld, worldActions } from './world-actions.ts';

type World = OperatorReply<typeof getLabWorld>;
type Snapshots = OperatorReply<typeof listLabSnapshots>;
type Snapshot = Snapshots['snapshots'][number];
type Diff = OperatorReply<typeof diffLabWorld>;
type Movement = Diff['withdrawals'][number];
type Balance = Diff['balances'][number];
const own = text.lab;

export function WorldPage({ id: name }: { readonly id: string }): Child {
  const world = useResource<World>(`/lab/worlds/${name}`);
  const snapshots = useResource<Snapshots>(`/lab/worlds/${name}/snapshots`);
  const since = address.value.searchParams.get('since') ?? '';
  const diff = useResource<Diff>(`/lab/worlds/${name}/diff`, { snapshot: since });
  const leave = () => (name === shownWorld ? showWorld(null) : go('/lab/worlds'));
  const changed = () => Promise.all([world.reload(), snapshots.reload(), diff.reload()]);
  const snapshotColumns: readonly Column<Snapshot>[] = [
    { title: own.snapshot, cell: ({ id }) => id },
    { title: own.label, cell: ({ label }) => label ?? none },
    { title: own.worldTime, cell: ({ at }) => time(at) },
    { title: own.size, cell: (each) => bytes(each.bytes), isNumber: true },
    {
      title: text.common.actions,
      cell: ({
        id,
      }) => html`<button type="button" class="quiet" aria-pressed=${since === id} onClick=${() => go(`/lab/worlds/${name}?since=${id}`)}>${own.compare}</button>
        <${ActionButton} isQuiet action=${restoreWorld(name, id)} done=${changed} />`,
    },
  ];
  return whenRead(
    world,
    (
      data,
    ) => html`<${PageHead} title=${data.name} back="/lab/worlds" tools=${html`${worldActions(name).map((action) => html`<${ActionButton} key=${action.label} action=${action} done=${changed} />`)}
        <button type="button" onClick=${() => showWorld(name)}>${own.show}</button><${ExportButton} name=${name} /><${ActionButton} action=${deleteWorld(name)} done=${leave} />`} />
      <${Facts} of=${[
        [own.madeOf, data.from],
        [own.seed, data.seed],
        [own.state, state(data.awake ? 'awake' : 'asleep')],
        [own.worldTime, time(data.worldTime)],
        [own.used, time(data.usedAt)],
        [own.parked, data.parked],
        [own.size, bytes(data.bytes)],
      ]} />
      <${Section} title=${own.snapshots}>${whenRead(snapshots, (read) => html`<${Table} caption=${own.snapshots} rows=${read.snapshots} columns=${snapshotColumns} keyOf=${({ id }: Snapshot) => id} empty=${own.noSnapshots} />`)}<//>
      <${Section} title=${since === '' ? own.sinceCreation : own.sinceSnapshot(since)} tools=${since !== '' && html`<a class="button quiet" href=${`/lab/worlds/${name}`}>${own.sinceCreation}</a>`}>
        ${whenRead(diff, (read) => html`<${Changes} of=${read} />`)}
      <//>`,
  );
}

const movementColumns: readonly Column<Movement & { readonly kind: string }>[] = [
  { title: own.of, cell: ({ kind, id }) => html`${kind} ${shortId(id)}` },
  { title: text.common.customer, cell: ({ email }) => email },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  { title: own.before, cell: ({ before }) => (before === null ? none : state(before)) },
  { title: own.now, cell: ({ after }) => state(after) },
];
const balanceColumns: readonly Column<Balance>[] = [
  { title: text.common.customer, cell: ({ email }) => email },
  {
    title: text.common.asset,
    cell: ({ asset, wallet }) => html`${asset} <span class="faint">${wallet}</span>`,
  },
  {
    title: own.before,
    cell: ({ before }) => html`${money(before.free)} <span class="faint">+ ${before.held}</span>`,
    isNumber: true,
  },
  {
    title: own.now,
    cell: ({ after }) => html`${money(after.free)} <span class="faint">+ ${after.held}</span>`,
    isNumber: true,
  },
];

function Changes({ of }: { readonly of: Diff }): Child {
  const movements = [
    ...of.withdrawals.map((each) => ({ ...each, kind: own.withdrawal })),
    ...of.deposits.map((each) => ({ ...each, kind: own.deposit })),
  ];
  return html`${of.accounts.length > 0 && html`<p>${own.accounts}: ${of.accounts.map(({ email, change }) => `${email} (${change})`).join(', ')}</p>`}
    <${Table} caption=${own.movements} rows=${movements} columns=${movementColumns} keyOf=${({ id }: Movement) => id} empty=${own.noMovements} />
    ${of.balances.length > 0 && html`<${Table} caption=${own.balances} rows=${of.balances} columns=${balanceColumns} keyOf=${({ email, asset, wallet }: Balance) => `${email} ${asset} ${wallet}`} empty="" />`}
    ${of.omitted > 0 && html`<p class="faint">${own.omitted(of.omitted)}</p>`}`;
}
