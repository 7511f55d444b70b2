import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { imageNames } from '../images/recipes.mjs';
import { buildLaterImages } from './laterImages.mjs';

class Builder extends EventEmitter {
  stderr = new EventEmitter();
  signals = [];
  kill(signal) {
    this.signals.push(signal);
  }
}

function begin(stale) {
  const said = [];
  const asked = [];
  const builder = new Builder();
  const later = buildLaterImages({
    pool: '/pool',
    say: (line) => said.push(line),
    findStale: (pool, names) => {
      asked.push(['stale', pool, names]);
      return stale;
    },
    build: (pool, names) => {
      asked.push(['build', pool, names]);
      return builder;
    },
  });
  return { said, asked, builder, later };
}

it('builds nothing where nothing is stale, and says nothing', () => {
  const { said, asked, later } = begin([]);
  later.stop();
  expect(said).toEqual([]);
  expect(asked).toEqual([['stale', '/pool', imageNames]]);
});

it('builds what is stale, alone, and says when that is ready', () => {
  const { said, asked, builder } = begin(['code-interpreter']);
  expect(asked[1]).toEqual(['build', '/pool', ['code-interpreter']]);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^Building the image code-interpreter behind the server/);
  builder.emit('close', 0);
  expect(said[1]).toBe('The image code-interpreter is ready.');
});

it('tells why it failed, without the progress before', () => {
  const { said, builder } = begin(['code-interpreter']);
  builder.stderr.emit('data', '  code-interpreter: 0 % · preparing\n  code-interpreter: 10 % · 4 of 9 MB');
  builder.stderr.emit('data', ' · installing packages\nThe mirror does not answer.\nSee /pool/.build.log\n');
  builder.emit('close', 1);
  expect(said[1]).toBe(
    'The image code-interpreter is not built; what needs it says so. The mirror does not answer.\nSee /pool/.build.log',
  );
});

it('says once that it cannot be begun', () => {
  const { said, builder } = begin(['code-interpreter']);
  builder.emit('error', new Error('spawn nice ENOENT'));
  builder.emit('close', -2);
  expect(said.slice(1)).toEqual(['The image code-interpreter is not built: spawn nice ENOENT']);
});

it('ends with the server, and is silent about that', () => {
  const { said, builder, later } = begin(['code-interpreter']);
  later.stop();
  builder.emit('close', null, 'SIGTERM');
  expect(builder.signals).toEqual(['SIGTERM']);
  expect(said).toHaveLength(1);
});
