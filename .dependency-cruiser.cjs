/**
 * The import law of ARCHITECTURE.md. `node scripts/law.mjs` runs it, and first breaks every rule in a small world of its own to prove
 * that each one is seen (`scripts/law/planted.mjs`): a new rule needs a planted violation there.
 */
const rooms = '^(packages|apps|e2e|bench)/';
const test = '(\\.test\\.tsx?$|World\\.tsx?$|\\.stories\\.tsx$|/test/)';

/** `from` may import itself, npm packages and the rooms in `to`; nothing else of ours. */
const room = (name, from, to) => ({
  name,
  severity: 'error',
  comment: `${from} may import of ours: ${to.join(', ') || 'nothing'}.`,
  from: { path: `^${from}/` },
  to: { path: rooms, pathNot: [from, ...to].map((other) => `^${other}(/|$)`) },
});

module.exports = {
  forbidden: [
    {
      name: 'exports-only',
      severity: 'error',
      comment: 'It does not exist, or lies past the package’s exports.',
      from: { path: rooms },
      to: { couldNotResolve: true, pathNot: '(\\?worker|\\?url|\\.css|^virtual:)' },
    },
    {
      name: 'listed-in-package',
      severity: 'error',
      comment: 'An npm package that the room’s package.json does not name.',
      from: { path: rooms, pathNot: test },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'protocol-zod-only',
      severity: 'error',
      from: { path: '^packages/protocol/src', pathNot: test },
      to: { pathNot: '^packages/protocol/|/zod/' },
    },
    room('room-protocol', 'packages/protocol', []),
    room('room-replay', 'packages/replay', ['packages/protocol']),
    room('room-client', 'packages/client', ['packages/protocol']),
    room('room-guest', 'packages/guest', ['packages/protocol']),
    room('room-keeper', 'packages/keeper', []),
    room('room-ui', 'packages/ui', []),
    room('room-api', 'apps/api', ['packages/protocol', 'packages/replay', 'packages/keeper']),
    room('room-web', 'apps/web', ['packages/protocol', 'packages/replay', 'packages/client', 'packages/ui']),
    room('room-e2e', 'e2e', ['packages/client', 'packages/protocol']),
    room('room-bench', 'bench', ['packages/client', 'packages/protocol']),
    {
      name: 'keeper-client-only',
      severity: 'error',
      comment: 'The server knows the keeper by its client; the code that runs as root stays out of it.',
      from: { path: '^apps/', pathNot: test },
      to: { path: '^packages/keeper/', pathNot: '^packages/keeper/src/(client|verbs)\\.ts$' },
    },
    {
      name: 'keeper-needs-nothing',
      severity: 'error',
      comment: 'What runs as root has one dependency, for native calls.',
      from: { path: '^packages/keeper/src', pathNot: test },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'], pathNot: '/koffi/' },
    },
    {
      name: 'adapters-from-main',
      severity: 'error',
      comment: 'Which driver runs is decided in main.ts alone.',
      from: { path: '^apps/api/src/', pathNot: ['^apps/api/src/(main|compose)\\.ts$', '^apps/api/src/drivers/', test] },
      to: { path: '^apps/api/src/drivers/' },
    },
    {
      name: 'http-asks-services',
      severity: 'error',
      comment: 'http, streams and doors translate; they reach no database, driver or egress themselves.',
      from: { path: '^apps/api/src/(http|streams|doors)/', pathNot: test },
      to: { path: '^apps/api/src/(database|drivers|egress)/' },
    },
    {
      name: 'services-know-no-http',
      severity: 'error',
      from: {
        path: '^apps/api/src/(sandboxes|checkpoints|recorder|egress|identity|database|drivers|gate)/',
        pathNot: test,
      },
      to: { path: '^apps/api/src/(http|streams|doors)/' },
    },
    {
      name: 'platform-knows-no-features',
      severity: 'error',
      from: { path: '^apps/web/src/platform/', pathNot: test },
      to: { path: '^apps/web/src/(features|routes)/' },
    },
    {
      name: 'features-know-no-routes',
      severity: 'error',
      from: { path: '^apps/web/src/features/', pathNot: test },
      to: { path: '^apps/web/src/routes/' },
    },
    {
      name: 'features-meet-in-routes',
      severity: 'error',
      comment: 'One feature does not import another; a route puts them together, and the workbench holds their panes.',
      from: {
        path: '^apps/web/src/features/([^/]+)/',
        pathNot: [test, '^apps/web/src/features/workbench/'],
      },
      to: { path: '^apps/web/src/features/', pathNot: '^apps/web/src/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|dist\\.new|\\.cache|storybook-static)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'browser', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.json', '.css'],
    },
  },
};
