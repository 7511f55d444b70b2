import { type DoorTexts, snippet } from './snippet.ts';

export const e2bTexts: DoorTexts = {
  title: 'E2B',
  about: 'Agents written with the E2B SDK run unchanged: three variables point them here.',
  snippets: (_place, { E2B_API_URL = '', E2B_SANDBOX_URL = '', E2B_API_KEY = '' }) => {
    const variables = `export E2B_API_URL=${E2B_API_URL}\nexport E2B_SANDBOX_URL=${E2B_SANDBOX_URL}\nexport E2B_API_KEY=${E2B_API_KEY}`;
    return [
      snippet({ id: 'e2b-variables', title: 'Variables', language: 'shell', text: variables }),
      snippet({
        id: 'e2b-javascript',
        title: 'E2B JavaScript',
        language: 'javascript',
        packages: ['e2b'],
        text: `
import { Sandbox } from 'e2b';

process.env.E2B_API_URL = '${E2B_API_URL}';
process.env.E2B_SANDBOX_URL = '${E2B_SANDBOX_URL}';
process.env.E2B_API_KEY = '${E2B_API_KEY}';

const sandbox = await Sandbox.create('base');
const { stdout } = await sandbox.commands.run('echo hello from $(hostname)');
console.log(stdout);
await sandbox.kill();`,
      }),
      snippet({
        id: 'e2b-python',
        title: 'E2B Python',
        language: 'python',
        packages: ['e2b'],
        text: `
import os

os.environ["E2B_API_URL"] = "${E2B_API_URL}"
os.environ["E2B_SANDBOX_URL"] = "${E2B_SANDBOX_URL}"
os.environ["E2B_API_KEY"] = "${E2B_API_KEY}"

from e2b import Sandbox

with Sandbox.create("base") as sandbox:
    print(sandbox.commands.run("echo hello from $(hostname)").stdout)`,
      }),
    ];
  },
};
