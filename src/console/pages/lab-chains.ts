/** The simulated chains: blocks, transactions that wait for one, and nodes that fail. */
import type { listChains } from '../../contract/operator/chain.ts';
import type { getLabChain } from '../../contract/operator/lab/chains.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { type Action, ActionButton } from '../parts/action.ts';
import { idLink, money, none, shortId, state } from '../parts/cells.ts';
import { ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Chain = OperatorReply<typeof listChains>['networks'][number];
type State = OperatorReply<typeof getLabChain>;
type Waiting = State['waiting'][number];
const own = text.lab;
const shared = { permission: 'use-lab', method: 'POST' } as const;

const columns: readonly Column<Chain>[] = [
  {
    title: text.common.network,
    cell: ({ network }) => html`<a href=${`/lab/chains/${encodeURIComponent(network)}`}>${network}</a>`,
  },
  { title: own.blocks, cell: ({ height }) => height, isNumber: true },
];

export function ChainsPage(): Child {
  return html`<${ListPage} title=${own.chains} path="/chain" rowsName="networks" isWhole filters=${[]}
    columns=${columns} keyOf=${({ network }: Chain) => network} empty=${own.noChains} />`;
}

export function ChainPage({ id }: { readonly id: string }): Child {
  const path = `/lab/chains/${encodeURIComponent(id)}`;
  const chain = useResource<State>(path);
  const button = (action: Action, isQuiet = false) =>
    html`<${ActionButton} key=${action.label} isQuiet=${isQuiet} action=${action} done=${chain.reload} />`;
  const waitingColumns: readonly Column<Waiting>[] = [
    { title: text.common.transaction, cell: ({ txId }) => shortId(txId) },
    { title: own.direction, cell: ({ direction }) => own.directions[direction] },
    { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
    { title: text.common.address, cell: ({ address }) => shortId(address) },
    {
      title: own.withdrawal,
      cell: ({ withdrawalId }) =>
        withdrawalId === null ? none : idLink(`/withdrawals/${withdrawalId}`, withdrawalId),
    },
    { title: own.state, cell: ({ held }) => state(held ? 'held' : 'waiting') },
    {
      title: text.common.actions,
      cell: (each) => transactionActions(path, each).map((action) => button(action, true)),
    },
  ];
  return whenRead(
    chain,
    (
      data,
    ) => html`<${PageHead} title=${data.network} back="/lab/chains" tools=${chainActions(path, data).map((action) => button(action))} />
      <${Facts} of=${[
        [own.blocks, data.height],
        [own.auto, data.auto ? own.autoOn : own.autoOff],
        [own.node, state(data.node)],
      ]} />
      <${Section} title=${own.waiting} tools=${html`<button type="button" onClick=${() => chain.reload()}>${own.refresh}</button>`}>
        <${Table} caption=${own.waiting} rows=${data.waiting} columns=${waitingColumns} empty=${own.noWaiting}
          keyOf=${({ txId, outputIndex, asset }: Waiting) => `${txId} ${outputIndex} ${asset}`} />
      <//>`,
  );
}

function chainActions(path: string, { network, auto, node, height }: State): readonly Action[] {
  const mine: Action = {
    ...shared,
    label: own.mine,
    path: `${path}/blocks`,
    fields: [{ name: 'count', label: own.count, kind: 'number', value: '1' }],
    body: ({ count }) => ({ count: Number(count) }),
    sentence: ({ count }) => own.mineSentence(network, height, height + Number(count)),
  };
  const turnAuto: Action = {
    ...shared,
    label: auto ? own.stopBlocks : own.startBlocks,
    method: 'PATCH',
    path,
    body: () => ({ auto: !auto }),
    sentence: () => (auto ? own.stopSentence(network) : own.startSentence(network)),
  };
  const setNode: Action = {
    ...shared,
    label: own.setNode,
    method: 'PATCH',
    path,
    fields: [
      { name: 'node', label: own.node, kind: 'choice', options: ['up', 'not-done', 'unknown'], value: node },
    ],
    // cast: the choices of the field are these.
    sentence: (values) => own.nodeSentence[(values.node ?? 'up') as State['node']],
  };
  const reorganise: Action = {
    ...shared,
    label: own.reorganise,
    path: `${path}/reorganisations`,
    fields: [
      { name: 'depth', label: own.count, kind: 'number', value: '1' },
      { name: 'reinclude', label: own.reinclude, kind: 'yes-no', value: 'true' },
    ],
    body: ({ depth, reinclude }) => ({ depth: Number(depth), reinclude: reinclude === 'true' }),
    sentence: ({ depth, reinclude }) =>
      own.reorganiseSentence(network, height, height - Number(depth), reinclude === 'true'),
    isDangerous: true,
  };
  return [mine, turnAuto, setNode, reorganise];
}

function transactionActions(path: string, { txId, held, amount, asset }: Waiting): readonly Action[] {
  const verbs = [held ? 'release' : 'hold', 'replace', 'drop', 'fail'] as const;
  return verbs.map((verb) => ({
    ...shared,
    label: own.verbs[verb],
    path: `${path}/transactions`,
    body: () => ({ do: verb, txId }),
    sentence: () => own.verbSentences[verb](`${amount} ${asset}`),
    isDangerous: verb === 'drop' || verb === 'fail',
  }));
}
