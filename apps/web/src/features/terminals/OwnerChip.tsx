import type { Actor } from '@sandglass/protocol';
import { Bot, Cog, User } from 'lucide-react';

const owners = {
  agent: { label: 'agent', icon: Bot },
  person: { label: 'you', icon: User },
  system: { label: 'system', icon: Cog },
} as const satisfies Record<Actor, object>;

/** Who a terminal belongs to: colour, icon and word. Whoever only watches is not the person it belongs to. */
export function OwnerChip({ owner, watching }: { owner: Actor; watching: boolean }) {
  const { label, icon: Icon } = owners[owner];
  return (
    <span className={`terminal-owner terminal-owner-${owner}`}>
      <Icon size={12} aria-hidden="true" />
      {owner === 'person' && watching ? 'person' : label}
    </span>
  );
}
