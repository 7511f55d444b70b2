import { CommandExitError, GitAuthError, GitUpstreamError, InvalidArgumentError } from 'e2b';
import { expect } from 'vitest';
import { group } from './case.ts';

const { works } = group('git');
const PATH = 'repo';
/** A place that wants a password and takes none. */
const CLOSED = `import http from 'node:http';
http.createServer((_, reply) => reply.writeHead(401, { 'www-authenticate': 'Basic' }).end()).listen(4321, '127.0.0.1');`;

/** They follow each other in one repository. */
export const gitCases = [
  works('init, configureUser, setConfig, getConfig', async ({ sandbox }) => {
    await sandbox.git.init(PATH, { initialBranch: 'main' });
    await sandbox.git.configureUser('Ada', 'ada@example.org');
    await sandbox.git.setConfig('pull.rebase', 'false');
    expect(await sandbox.git.getConfig('user.name')).toBe('Ada');
  }),
  works('status, add, commit', async ({ sandbox }) => {
    await sandbox.files.write(`${PATH}/a.txt`, '1');
    expect((await sandbox.git.status(PATH)).fileStatus.map((one) => one.name)).toEqual(['a.txt']);
    await sandbox.git.add(PATH);
    await sandbox.git.commit(PATH, 'first');
    expect((await sandbox.git.status(PATH)).isClean).toBe(true);
  }),
  works('branches, createBranch, checkoutBranch, deleteBranch', async ({ sandbox }) => {
    await sandbox.git.createBranch(PATH, 'side');
    expect(await sandbox.git.branches(PATH)).toMatchObject({ currentBranch: 'side' });
    await sandbox.git.checkoutBranch(PATH, 'main');
    await sandbox.git.deleteBranch(PATH, 'side');
    expect((await sandbox.git.branches(PATH)).branches).toEqual(['main']);
  }),
  works('reset, restore', async ({ sandbox }) => {
    await sandbox.files.write(`${PATH}/a.txt`, '2');
    await sandbox.git.restore(PATH, { paths: ['a.txt'] });
    expect(await sandbox.files.read(`${PATH}/a.txt`)).toBe('1');
    await sandbox.git.reset(PATH, { mode: 'hard' });
  }),
  works('dangerouslyAuthenticate', async ({ sandbox }) => {
    await sandbox.git.dangerouslyAuthenticate({ username: 'someone', password: 'not-a-secret', host: 'git.example' });
    expect(await sandbox.files.read('.git-credentials')).toContain('https://someone:not-a-secret@git.example');
  }),
  works('remoteAdd, remoteGet, push, clone, pull', async ({ sandbox }) => {
    await sandbox.commands.run('git init -q --bare -b main ~/origin.git');
    await sandbox.git.remoteAdd(PATH, 'origin', '/home/user/origin.git');
    expect(await sandbox.git.remoteGet(PATH, 'origin')).toBe('/home/user/origin.git');
    await sandbox.git.push(PATH, { remote: 'origin', branch: 'main', setUpstream: true });
    await sandbox.git.clone('/home/user/origin.git', { path: 'copy' });
    expect(await sandbox.files.read('copy/a.txt')).toBe('1');
    await sandbox.git.pull('copy');
  }),
  works('errors: no upstream, wrong password, no repository', async ({ sandbox }) => {
    await sandbox.git.createBranch(PATH, 'alone');
    await expect(sandbox.git.pull(PATH)).rejects.toBeInstanceOf(GitUpstreamError);
    await sandbox.git.checkoutBranch(PATH, 'main');
    await sandbox.files.write('closed.mjs', CLOSED);
    const closed = await sandbox.commands.run('node closed.mjs', { background: true });
    await sandbox.commands.run('for i in $(seq 100); do ss -ltn | grep -q :4321 && exit 0; sleep 0.1; done; exit 1');
    await expect(sandbox.git.clone('http://127.0.0.1:4321/a.git')).rejects.toBeInstanceOf(GitAuthError);
    await expect(
      sandbox.git.clone('http://127.0.0.1:4321/a.git', { username: 'someone', password: 'not-a-secret' }),
    ).rejects.toBeInstanceOf(GitAuthError);
    await closed.kill();
    await expect(sandbox.git.clone('/not/here.git')).rejects.toBeInstanceOf(CommandExitError);
    await expect(sandbox.git.clone('http://a.test/b.git', { password: 'alone' })).rejects.toBeInstanceOf(
      InvalidArgumentError,
    );
  }),
];
