// @vitest-environment jsdom
import { beforeEach, expect, it } from 'vitest';
import { focusGroup } from './groupStops.ts';

beforeEach(() => {
  document.body.innerHTML = `<div id="root">
    <div class="dv-groupview"><div class="dv-tab" tabindex="0"></div><div id="files" class="dv-tab dv-active-tab" tabindex="0"></div>
      <input id="filter" /></div>
    <div class="dv-groupview"><div id="screen" class="dv-tab dv-active-tab" tabindex="0"></div></div>
  </div><div id="lanes" tabindex="0" data-group-stop></div>`;
});
const root = () => document.getElementById('root');
const focused = () => document.activeElement?.id;

it('goes around the shown tabs and the timeline, both ways, from wherever in a group one is', () => {
  const seen: (string | undefined)[] = [];
  for (let step = 0; step < 4; step++) {
    focusGroup(root(), 1);
    seen.push(focused());
  }
  expect(seen).toEqual(['files', 'screen', 'lanes', 'files']);
  document.getElementById('filter')?.focus();
  focusGroup(root(), -1);
  expect(focused()).toBe('lanes');
  focusGroup(root(), -1);
  expect(focused()).toBe('screen');
});

it('from nowhere, backwards begins at the end; without panes nothing happens', () => {
  focusGroup(root(), -1);
  expect(focused()).toBe('lanes');
  document.body.innerHTML = '';
  focusGroup(null, 1);
  expect(document.activeElement).toBe(document.body);
});
