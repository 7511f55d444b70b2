import { expect } from 'vitest';
import { group } from './case.ts';

const { works } = group('git');
const PATH = 'repo';

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
];
