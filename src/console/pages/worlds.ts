/** The worlds of the lab. */
import type { listLabWorlds } from '../../contract/operator/lab/worlds.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { ActionButton } from '../parts/action.ts';
import { bytes, none, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { createWorld, importWorld } from './world-actions.ts';

type Worlds = OperatorReply<typeof listLabWorlds>;
type World = Worlds['worlds'][number];
const own = text.lab;

const columns: readonly Column<World>[] = [
  { title: own.world, cell: ({ name }) => html`<a href=${`/lab/worlds/${name}`}>${name}</a>` },
  { title: own.madeOf, cell: ({ from }) => from },
  { title: own.state, cell: ({ awake }) => state(awake ? 'awake' : 'asleep') },
  { title: own.worldTime, cell: ({ worldTime }) => time(worldTime) },
  { title: own.used, cell: ({ usedAt }) => time(usedAt) },
  { title: own.snapshots, cell: ({ snapshots }) => snapshots, isNumber: true },
  { title: own.parked, cell: ({ parked }) => (parked === 0 ? none : parked), isNumber: true },
  { title: own.size, cell: (world) => bytes(world.bytes), isNumber: true },
];

export function WorldsPage(): Child {
  const worlds = useResource<Worlds>('/lab/worlds');
  const buttons = [createWorld, importWorld].map(
    (action) => html`<${ActionButton} key=${action.label} action=${action} done=${worlds.reload} />`,
  );
  return html`<${PageHead} title=${own.worlds} tools=${buttons} />
    ${whenRead(
      worlds,
      (
        data,
      ) => html`<${Table} caption=${own.worlds} rows=${data.worlds} columns=${columns} keyOf=${({ name }: World) => name} empty=${own.noWorlds} />
        ${data.worlds.length > 0 && html`<p class="faint">${own.together} ${bytes(data.bytes)}</p>`}`,
    )}`;
}
