import { CreateSandbox } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { parseHosts } from '../../platform/egressRules.ts';
import { emptyForm, parseLabels, readForm } from './createForm.ts';

describe('readForm', () => {
  it('asks for nothing but the image when nothing was typed', () => {
    expect(readForm(emptyForm)).toEqual({ ok: true, body: { image: 'desktop' } });
  });

  it('makes a request that the contract accepts', () => {
    const result = readForm({
      ...emptyForm,
      image: 'base',
      name: ' repro ',
      cpus: '0.5',
      memoryMb: '512',
      hosts: 'a.test:8080 *.b.test',
      labels: 'team=x\nrun=7',
      ttl: '1h',
      idle: 'freeze30m',
    });
    if (!result.ok) throw new Error('not ok');
    expect(CreateSandbox.parse(result.body)).toEqual({
      image: 'base',
      name: 'repro',
      limits: { cpus: 0.5, memoryMb: 512 },
      egress: { allow: [{ host: 'a.test', port: 8080 }, { host: '*.b.test' }] },
      labels: { team: 'x', run: '7' },
      ttlMs: 3_600_000,
      idle: { afterMs: 1_800_000, action: 'freeze' },
    });
  });

  it('says which field is wrong, all of them at once', () => {
    const result = readForm({
      ...emptyForm,
      cpus: 'two',
      memoryMb: '1.5',
      hosts: 'http://a b:/',
      labels: 'novalue',
      source: 'checkpoint',
    });
    expect(result.ok).toBe(false);
    expect(result.ok ? [] : Object.keys(result.errors).sort()).toEqual([
      'checkpoint',
      'cpus',
      'hosts',
      'labels',
      'memoryMb',
    ]);
  });
});

it('reads hosts as people paste them', () => {
  expect(parseHosts('https://api.example.org/, files.example.org')).toEqual([
    { host: 'api.example.org' },
    { host: 'files.example.org' },
  ]);
  expect(parseHosts('10.0.0.0/8:53 2001:db8::/32 [::1]:80')).toEqual([
    { host: '10.0.0.0/8', port: 53 },
    { host: '2001:db8::/32' },
    { host: '::1', port: 80 },
  ]);
  expect(parseHosts('  ')).toEqual([]);
  expect(() => parseHosts('a/b')).toThrow('a/b');
});

it('reads a label whose value holds an equals sign', () => {
  expect(parseLabels('query=a=b')).toEqual({ query: 'a=b' });
});

describe('environment and screen', () => {
  it('takes what follows the first = as it is', () => {
    const result = readForm({ ...emptyForm, environment: 'A=1\n\nURL=http://a/?b=c \nEMPTY=' });
    expect(result).toMatchObject({ ok: true, body: { environment: { A: '1', URL: 'http://a/?b=c ', EMPTY: '' } } });
  });

  it('names the line that is wrong', () => {
    const wrong = (environment: string) => {
      const result = readForm({ ...emptyForm, environment });
      return result.ok ? undefined : result.errors.environment;
    };
    expect(wrong('just words')).toContain('just words');
    expect(wrong('2X=1')).toContain('2X');
  });

  it('asks for a screen only where there is one', () => {
    expect(readForm({ ...emptyForm, screen: '1440x900' })).toMatchObject({
      body: { screen: { width: 1440, height: 900 } },
    });
    const bare = readForm({ ...emptyForm, image: 'browser', screen: 'headless' });
    expect(bare.ok && bare.body).toMatchObject({ image: 'browser', headless: true });
    expect(bare.ok && 'screen' in bare.body).toBe(false);
    const shell = readForm({ ...emptyForm, image: 'base', screen: '1440x900' });
    expect(shell.ok && 'screen' in shell.body).toBe(false);
  });
});
