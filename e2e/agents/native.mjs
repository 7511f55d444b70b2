import { Sandglass } from '@sandglass/client/node';

const client = new Sandglass({ url: process.env.SANDGLASS_URL, token: process.env.SANDGLASS_TOKEN });
const sandbox = await client.sandboxes.get(process.env.SANDBOX);
await sandbox.run('xdotool mousemove 460 360');
const { stdout } = await sandbox.run('echo agent');
await sandbox.run('xdotool click 1');
console.log(stdout.trim());
client.close();
