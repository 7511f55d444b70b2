import { expect, it } from 'vitest';
import { environmentOnly, helpText, readSettings, settings } from './settings.mjs';

it('takes a flag before a variable', () => {
  const { values } = readSettings(
    ['--', '--port', '0', '--host=::1'],
    { SANDGLASS_PORT: '9', SANDGLASS_LOG_LEVEL: 'debug' },
    true,
  );
  expect(values).toMatchObject({ SANDGLASS_PORT: '0', SANDGLASS_HOST: '::1' });
});

it('reads switches from the environment as people write them', () => {
  const read = (SANDGLASS_NO_OPEN) => readSettings([], { SANDGLASS_NO_OPEN }, true).opens;
  expect(['1', 'true', 'YES', 'on'].map(read)).toEqual([false, false, false, false]);
  expect(['', '0', 'false', undefined].map(read)).toEqual([true, true, true, true]);
});

it('keeps data where root or a person would look', () => {
  expect(readSettings([], {}, true)).toMatchObject({
    dataDir: '/var/lib/sandglass',
    pool: '/var/lib/sandglass/keeper/pool',
  });
  expect(readSettings([], {}, false).dataDir).toMatch(/\.local\/share\/sandglass$/);
  expect(readSettings(['--data-dir', 'here'], {}, true).values.SANDGLASS_DATA_DIR).toBe(`${process.cwd()}/here`);
});

it.each([
  [['--port', 'many'], /no port/],
  [['--port', '65536'], /no port/],
  [['--level', 'L9'], /no level/],
  [['--e2b-internet', 'maybe'], /allow or deny/],
  [['--prot', '1'], /prot/],
  [['--port'], /argument/],
])('refuses %j in words', (words, message) => {
  expect(() => readSettings(words, {}, true)).toThrow(message);
});

it('explains every setting', () => {
  const help = helpText();
  for (const { flag, variable } of settings) for (const word of [`--${flag}`, variable]) expect(help).toContain(word);
  for (const { variable } of environmentOnly) expect(help).toContain(variable);
});
