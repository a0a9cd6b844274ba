/** The clock of the world, and what is due next. */

import { useSignal } from '@preact/signals';
import { asError } from '../../boundary/caught.ts';
import type { advanceLabClock, getLabClock } from '../../contract/operator/lab/clock.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { formOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { none, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { Problem, whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Clock = OperatorReply<typeof getLabClock>;
type Advanced = OperatorReply<typeof advanceLabClock>;
type Work = Advanced['ran'][number];
const own = text.lab;
const steps = ['1m', '10m', '1h', '1d'];

const columns: readonly Column<Work>[] = [
  { title: text.common.time, cell: ({ at }) => time(at) },
  { title: own.work, cell: ({ what }) => what },
  { title: own.of, cell: ({ id }) => id ?? none },
];

export function ClockPage(): Child {
  const clock = useResource<Clock>('/lab/clock');
  const advanced = useSignal<Advanced | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const isBusy = useSignal(false);
  const ask = async (verb: string, body: object) => {
    isBusy.value = true;
    error.value = undefined;
    try {
      const reply = await request<Advanced>('POST', `/lab/clock/${verb}`, body);
      advanced.value = reply.ran === undefined ? undefined : reply;
      await clock.reload();
    } catch (caught) {
      error.value = asError(caught);
    }
    isBusy.value = false;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(formOf(event));
    const to = String(form.get('to') ?? '');
    void ask('advance', to === '' ? { by: String(form.get('by')).trim() } : { to: Date.parse(to) });
  };
  return whenRead(
    clock,
    (
      data,
    ) => html`<${PageHead} title=${own.clock} tools=${html`<button type="button" disabled=${isBusy.value} onClick=${() => ask(data.frozen ? 'resume' : 'freeze', {})}>${data.frozen ? own.resume : own.freeze}</button>`} />
      <${Facts} of=${factsOf(data)} />
      <form class="bar" onSubmit=${submit}>
        ${steps.map((by) => html`<button type="button" key=${by} disabled=${isBusy.value} onClick=${() => ask('advance', { by })}>+${by}</button>`)}
        ${data.nextDue && html`<button type="button" disabled=${isBusy.value} onClick=${() => ask('advance', { to: data.nextDue?.at })}>${own.toNext}</button>`}
        <label class="inline-field">${own.by} <input name="by" size="8" placeholder="1h30m" autocomplete="off" /></label>
        <label class="inline-field">${own.to} <input name="to" type="datetime-local" step="1" /></label>
        <button disabled=${isBusy.value}>${own.advance}</button>
      </form>
      ${error.value && html`<${Problem} error=${error.value} />`}
      ${
        advanced.value &&
        html`<${Section} title=${own.ran}>
        <${Table} caption=${own.ran} rows=${advanced.value.ran.map((each, number) => ({ ...each, number }))} columns=${columns}
          keyOf=${({ number }: { number: number }) => number} empty=${own.nothingRan} />
        ${advanced.value.omitted > 0 && html`<p class="faint">${own.omitted(advanced.value.omitted)}</p>`}
      <//>`
      }`,
  );
}

function factsOf({ now, frozen, wire, wireNow, nextDue }: Clock): readonly (readonly [string, Child])[] {
  return [
    [own.worldTime, time(now)],
    [own.state, state(frozen ? 'frozen' : 'running')],
    [own.wire, html`${own.wires[wire]} ${time(wireNow)}`],
    [
      own.nextDue,
      nextDue === null ? none : html`${nextDue.what} ${nextDue.id} ${own.at} ${time(nextDue.at)}`,
    ],
  ];
}
