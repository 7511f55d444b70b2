import { Sandglass } from '@sandglass/client/node';

const { SANDGLASS_URL: url = 'http://127.0.0.1:8765', SANDGLASS_TOKEN: token } = process.env;
const sandglass = new Sandglass({ url, token });
{
  await using sandbox = await sandglass.sandboxes.create({ image: 'base', name: 'hello' });
  await sandbox.files.write('greeting.txt', 'hello from a file\n');
  const done = await sandbox.run('cat greeting.txt');
  console.log(done.exit?.code, done.stdout);

  const counting = await sandbox.start('echo one; echo two');
  for await (const text of counting.stdout) process.stdout.write(text);
  console.log('ended with', (await counting.wait()).exit?.code);
} // `await using` kills the sandbox here; its recording stays
