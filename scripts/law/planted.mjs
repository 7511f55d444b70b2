/** A small world in which every rule of the import law is broken once: what the law must see there, it can be trusted to see here. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const rooms = ['protocol', 'replay', 'client', 'guest', 'keeper', 'ui'].map((name) => [name, `packages/${name}`]);
rooms.push(['api', 'apps/api'], ['web', 'apps/web'], ['e2e', 'e2e'], ['bench', 'bench']);

/** rule → the file that breaks it, and how. */
export const plantedViolations = {
  'no-cycles': ['packages/replay/src/one.ts', "import { two } from './two.ts';\nexport const one = () => two;\n"],
  'exports-only': ['apps/api/src/past.ts', "import '@sandglass/protocol/src/hidden.ts';\n"],
  'listed-in-package': ['packages/client/src/unlisted.ts', "import 'stranger';\n"],
  'protocol-zod-only': ['packages/protocol/src/files.ts', "import 'node:fs';\n"],
  'room-protocol': ['packages/protocol/src/replay.ts', "import '@sandglass/replay';\n"],
  'room-replay': ['packages/replay/src/client.ts', "import '@sandglass/client';\n"],
  'room-client': ['packages/client/src/replay.ts', "import '@sandglass/replay';\n"],
  'room-guest': ['packages/guest/src/keeper.ts', "import '@sandglass/keeper';\n"],
  'room-keeper': ['packages/keeper/src/protocol.ts', "import '@sandglass/protocol';\n"],
  'room-ui': [
    'packages/ui/src/protocol.tsx',
    "import type { Word } from '@sandglass/protocol';\nexport const Name = (word: Word) => <b>{word}</b>;\n",
  ],
  'room-api': ['apps/api/src/client.ts', "import '@sandglass/client';\n"],
  'room-web': ['apps/web/src/keeper.tsx', "import '@sandglass/keeper';\n"],
  'room-e2e': ['e2e/replay.ts', "import '@sandglass/replay';\n"],
  'room-bench': ['bench/ui.ts', "import '@sandglass/ui';\n"],
  'keeper-client-only': ['apps/api/src/root.ts', "import '../../../packages/keeper/src/native.ts';\n"],
  'keeper-needs-nothing': ['packages/keeper/src/zod.ts', "import 'zod';\n"],
  'adapters-from-main': ['apps/api/src/sandboxes/service.ts', "import '../drivers/local/driver.ts';\n"],
  'http-asks-services': ['apps/api/src/http/files.ts', "import '../database/open.ts';\n"],
  'services-know-no-http': ['apps/api/src/recorder/log.ts', "import '../http/routes.ts';\n"],
  'platform-knows-no-features': ['apps/web/src/platform/pane.ts', "import '../features/files/FilesPane.tsx';\n"],
  'features-know-no-routes': ['apps/web/src/features/files/FilesPane.tsx', "import '../../routes/router.tsx';\n"],
  'features-meet-in-routes': [
    'apps/web/src/features/editor/EditorPane.tsx',
    "const pane = () => import('../files/FilesPane.tsx');\nexport default pane;\n",
  ],
};

/** The law of colours: rule → the file that breaks it, and how often. */
export const plantedColours = {
  'raw-colour': [
    'apps/web/src/features/editor/raw.css',
    '.a {\n  color: #fff;\n}\n.b { border: 1px solid rgb(0 0 0 / 50%); }\n.c {\n  background: linear-gradient(\n    var(--red),\n    tomato\n  );\n}\n.red:hover {\n  --red: currentColor;\n}\n/* #fff is no colour here */\n',
    3,
  ],
  'raw-colour-in-script': [
    'apps/web/src/features/editor/paint.ts',
    "export const ink = { fill: 'tomato', line: '#12345678' };\nclass Box {\n  #add = 1;\n}\n// '#fff'\nexport const box = new Box();\n",
    2,
  ],
  'unknown-token': ['apps/web/src/platform/unknown.css', '.a {\n  color: var(--never-named);\n}\n', 1],
};

const targets = {
  'packages/replay/src/two.ts': "import { one } from './one.ts';\nexport const two = () => one;\n",
  'packages/protocol/src/hidden.ts': 'export {};\n',
  'packages/keeper/src/native.ts': 'export {};\n',
  'apps/api/src/drivers/local/driver.ts': 'export {};\n',
  'apps/api/src/database/open.ts': 'export {};\n',
  'apps/api/src/http/routes.ts': 'export {};\n',
  'apps/web/src/routes/router.tsx': 'export {};\n',
};

/** @returns {{ folder: string, remove(): void }} */
export function plantWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'sandglass-law-'));
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    'package.json',
    JSON.stringify({ name: 'planted', private: true, workspaces: ['packages/*', 'apps/*', 'e2e', 'bench'] }),
  );
  mkdirSync(join(folder, 'node_modules/@sandglass'), { recursive: true });
  for (const [name, path] of rooms) {
    const dependencies = Object.fromEntries(rooms.map(([other]) => [`@sandglass/${other}`, '0.1.0']));
    const main = name === 'keeper' ? './src/client.ts' : './src/index.ts';
    write(
      `${path}/package.json`,
      JSON.stringify({
        name: `@sandglass/${name}`,
        type: 'module',
        exports: { '.': main },
        dependencies: { ...dependencies, zod: '4' },
      }),
    );
    write(join(path, main), 'export {};\n');
    symlinkSync(join(folder, path), join(folder, 'node_modules/@sandglass', name));
  }
  for (const name of ['zod', 'stranger']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '4.0.0', main: './index.js' }));
    write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  for (const [path, text] of Object.values(plantedColours)) write(path, text);
  for (const [path, text] of Object.entries(targets)) write(path, text);
  for (const [path, text] of Object.values(plantedViolations)) write(path, text);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
