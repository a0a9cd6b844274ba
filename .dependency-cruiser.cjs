/** Which folder of src/ may import which: arrows run one way (docs/architecture.md). */
const belowCommands = ['contract', 'domain', 'clock', 'store', 'chain'];
const belowEngine = [...belowCommands, 'command', 'query'];
const belowApis = [...belowEngine, 'http', 'limiter', 'meter', 'observability'];
const layers = {
  boundary: [],
  contract: [],
  console: ['contract'],
  clock: [],
  domain: ['contract'],
  store: ['contract', 'domain', 'clock'],
  chain: ['contract', 'domain', 'clock', 'store'],
  limiter: ['contract', 'domain', 'clock'],
  http: ['contract', 'domain', 'clock'],
  meter: ['contract', 'clock', 'store'],
  command: belowCommands,
  query: belowCommands,
  worker: belowEngine,
  engine: [...belowEngine, 'meter', 'worker'],
  observability: ['contract', 'clock', 'store', 'http', 'meter', 'engine'],
  customer: belowApis,
  lab: [...belowCommands, 'http', 'customer'],
  scenario: ['contract', 'domain', 'lab'],
  operator: [...belowApis, 'lab'],
  demo: belowEngine,
  maintenance: [...belowEngine, 'engine'],
  runtime: [...belowApis, 'engine', 'customer', 'lab', 'scenario', 'operator', 'demo', 'maintenance'],
  testing: ['clock', 'lab', 'scenario'],
  package: ['runtime'],
  cli: [
    'contract',
    'domain',
    'clock',
    'store',
    'command',
    'query',
    'lab',
    'scenario',
    'engine',
    'observability',
    'maintenance',
    'runtime',
    'demo',
  ],
};
const arrow = ([layer, allowed]) => ({
  name: `${layer}-imports-only-what-is-below`,
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${['boundary', layer, ...allowed].join('|')})/` },
});
/** Each third-party runtime package has one place. */
const home = ([name, place]) => ({
  name: `${name.replace(/\W/g, '')}-has-one-home`,
  severity: 'error',
  from: { path: '^src/', pathNot: place },
  to: { path: `node_modules/${name}(/|$)` },
});
module.exports = {
  forbidden: [
    ...Object.entries(layers).map(arrow),
    {
      name: 'every-file-belongs-to-a-folder-of-this-list',
      comment: 'docs/architecture.md says what belongs into which folder of src/.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(layers).join('|')})/` },
      to: {},
    },
    ...[
      ['fastify', '^src/(http|operator)/'],
      ['@fastify/type-provider-typebox', '^src/operator/'],
      ['typebox', '^src/contract/schema\\.ts$'],
      ['pino', '^src/observability/log\\.ts$'],
      ['postgres', '^src/store/postgres/client\\.ts$'],
      ['@redis/client', '^src/limiter/redis/link\\.ts$'],
      ['prom-client', '^src/observability/metrics\\.ts$'],
      ['@scure/base', '^src/domain/address'],
      ['@noble/hashes', '^src/domain/address'],
      ['ws', '^src/http/web-socket/'],
      ['@simplewebauthn/server', '^src/operator/access/passkeys\\.ts$'],
      ['re2js', '^src/domain/address/pattern'],
      ['preact', '^src/console/'],
      ['@preact/signals', '^src/console/'],
      ['htm', '^src/console/kit/html\\.ts$'],
      ['yaml', '^src/scenario/scenario-file\\.ts$'],
    ].map(home),
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'operations-do-not-know-their-list',
      comment:
        'The list waits for the files that it imports (contract/import-folder.ts): they must not wait for it.',
      severity: 'error',
      from: { path: '^src/contract/[^/]+/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/contract/(customer|operator)-operations\\.ts$', reachable: true },
    },
    {
      name: 'handlers-do-not-know-their-list',
      comment: 'As for operations.',
      severity: 'error',
      from: { path: '^src/(customer|operator)/handlers/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(customer|operator)/implementations\\.ts$', reachable: true },
    },
    {
      name: 'commands-know-ports-only',
      severity: 'error',
      from: { path: '^src/(command|query|customer|operator|worker)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(store|chain|limiter)/[^/]+/', pathNot: '^src/store/reads/' },
    },
    {
      name: 'chain-shares-connections-only',
      severity: 'error',
      from: { path: '^src/chain/' },
      to: {
        path: '^src/store/[^/]+/',
        pathNot:
          '^src/store/(postgres/(client|connection|failure)|sqlite/(failure|image|private-file|write-ahead-log))\\.ts$',
      },
    },
    {
      name: 'the-system-clock-is-handed-down',
      comment: 'Only composition roots know which clock it is.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(runtime|cli|testing)/|^src/engine/engine-service\\.ts$|\\.test\\.ts$',
      },
      to: { path: '^src/clock/system-clock\\.ts$' },
    },
    {
      name: 'domain-is-pure',
      // Hashing is pure, and Node's own is the fastest there is: the chain over the transfers and the hashes of derived
      // addresses may use it. The list of operations is read from their folders.
      severity: 'error',
      from: {
        path: '^src/(contract|domain)/',
        pathNot:
          '^src/(domain/ledger/transfer-chain|domain/address/sha256|contract/import-folder)(\\.test)?\\.ts$',
      },
      to: {
        path: '^(node:)?(fs|http|https|net|timers|worker_threads|sqlite|crypto|child_process)',
        pathNot: 'blocklist',
      },
    },
  ],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
