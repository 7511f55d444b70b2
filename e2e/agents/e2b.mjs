import { Sandbox } from '@e2b/desktop';

const desktop = await Sandbox.connect(process.env.SANDBOX.replace('sbx_', ''));
await desktop.moveMouse(400, 300);
const { stdout } = await desktop.commands.run('echo agent');
await desktop.leftClick();
console.log(stdout.trim());
