import { type DoorTexts, snippet } from './snippet.ts';

export const e2bTexts: DoorTexts = {
  title: 'E2B',
  about: 'Agents written with the E2B SDK run unchanged: three variables point them here.',
  snippets: ({ sandbox }, { E2B_API_URL = '', E2B_SANDBOX_URL = '', E2B_API_KEY = '' }) => {
    const variables = `export E2B_API_URL=${E2B_API_URL}\nexport E2B_SANDBOX_URL=${E2B_SANDBOX_URL}\nexport E2B_API_KEY=${E2B_API_KEY}`;
    // A token of one sandbox makes no others: the agent works in the one that is there, which is not its own to end.
    const opened = sandbox === null ? `Sandbox.create('base')` : `Sandbox.connect('${sandbox}')`;
    const use = `sandbox.commands.run("echo hello from $(hostname)").stdout`;
    const python =
      sandbox === null
        ? `with Sandbox.create("base") as sandbox:\n    print(${use})`
        : `sandbox = Sandbox.connect("${sandbox}")\nprint(${use})`;
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

const sandbox = await ${opened};
const { stdout } = await sandbox.commands.run('echo hello from $(hostname)');
console.log(stdout);${sandbox === null ? '\nawait sandbox.kill();' : ''}`,
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

${python}`,
      }),
    ];
  },
};
