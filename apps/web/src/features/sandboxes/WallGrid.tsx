import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { isStill } from '../../platform/stillness.ts';
import { SandboxCard } from './SandboxCard.tsx';
import { placeAfter } from './selection.ts';
import { useWall } from './wallContext.ts';
import { orderAround } from './wallModel.ts';

/** Long enough to see where a card went. */
const MOVE_MS = 160;

/**
 * The cards. They follow their order live, but the one under the pointer and the one with the focus stay where they are until
 * they are left: nobody clicks on what has just moved away.
 */
export function WallGrid({ sandboxes, nowMs, label }: { sandboxes: readonly Sandbox[]; nowMs: number; label: string }) {
  const grid = useRef<HTMLUListElement>(null);
  const wall = useWall();
  const [hovered, setHovered] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const [reached, setReached] = useState<string>();
  const before = useRef<readonly string[]>([]);
  const wanted = sandboxes.map((sandbox) => sandbox.id as string);
  const still = new Set([hovered, focused].filter((id) => id !== undefined));
  const order = orderAround(before.current, wanted, still);
  useLayoutEffect(() => {
    before.current = order;
  });
  useMoves(grid, order.join(' '));
  const byId = new Map(sandboxes.map((sandbox) => [sandbox.id as string, sandbox]));
  const reachable = reached !== undefined && byId.has(reached) ? reached : order[0];

  const focusOn = (id: string) =>
    grid.current?.querySelector<HTMLElement>(`[data-card="${id}"] [data-card-link]`)?.focus();
  const handleKey = (event: KeyboardEvent) => {
    const link = (event.target as Element).closest('[data-card-link]');
    const id = link?.closest('[data-card]')?.getAttribute('data-card');
    if (id == null || event.altKey) return;
    if (event.key === ' ') {
      event.preventDefault();
      if (event.shiftKey) wall.extend(id as SandboxId);
      else wall.toggle(id as SandboxId);
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const to = placeAfter(event.key, order.indexOf(id), order.length, columnsOf(grid.current));
    if (to === undefined) return;
    event.preventDefault();
    focusOn(order[to]!);
    if (event.shiftKey) {
      if (wall.chosen.size === 0) wall.toggle(id as SandboxId);
      wall.extend(order[to] as SandboxId);
    }
  };
  return (
    <ul
      ref={grid}
      className="wall-grid"
      aria-label={label}
      onKeyDown={handleKey}
      onPointerOver={(event) => {
        const card = cardOf(event.target);
        // What lies over the page (a menu of this card) is not another card.
        if (grid.current?.contains(event.target as Node)) setHovered(event.pointerType === 'touch' ? undefined : card);
      }}
      onPointerLeave={() => setHovered(undefined)}
      onFocus={(event) => {
        const card = cardOf(event.target);
        setFocused(card);
        if (card !== undefined) setReached(card);
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(undefined);
      }}
    >
      {order.map((id) => {
        const sandbox = byId.get(id);
        return sandbox === undefined ? null : (
          <li key={id} data-card={id}>
            <SandboxCard sandbox={sandbox} nowMs={nowMs} reachable={id === reachable} />
          </li>
        );
      })}
    </ul>
  );
}

const cardOf = (target: EventTarget): string | undefined =>
  (target as Element).closest?.('[data-card]')?.getAttribute('data-card') ?? undefined;

function columnsOf(grid: Element | null): number {
  return grid === null ? 1 : Math.max(1, getComputedStyle(grid).gridTemplateColumns.split(' ').length);
}

/** Cards that have another place slide there. */
function useMoves(grid: React.RefObject<HTMLUListElement | null>, order: string): void {
  const places = useRef(new Map<string, { left: number; top: number }>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is what moves them
  useLayoutEffect(() => {
    const now = new Map<string, { left: number; top: number }>();
    const isCalm = isStill();
    for (const card of grid.current?.querySelectorAll<HTMLElement>('[data-card]') ?? []) {
      const id = card.getAttribute('data-card')!;
      const place = { left: card.offsetLeft, top: card.offsetTop };
      now.set(id, place);
      const was = places.current.get(id);
      if (isCalm || was === undefined || (was.left === place.left && was.top === place.top)) continue;
      const from = `translate(${was.left - place.left}px, ${was.top - place.top}px)`;
      card.animate?.([{ transform: from }, { transform: 'none' }], { duration: MOVE_MS, easing: 'ease-out' });
    }
    places.current = now;
  }, [order]);
}
