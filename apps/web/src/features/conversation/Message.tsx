import type { ConversationMessage } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { clsx } from 'clsx';
import { Bot, Brain, CornerDownRight, Image, Settings2, User, Zap } from 'lucide-react';
import { useState } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { type Part, partsOf } from './parts.ts';

const CUT_AT = 3_000;

const roles: Readonly<Record<string, { readonly name: string; readonly icon: React.ReactNode }>> = {
  user: { name: 'Agent’s program', icon: <User size={12} /> },
  tool: { name: 'Tool', icon: <CornerDownRight size={12} /> },
  assistant: { name: 'Model', icon: <Bot size={12} /> },
  system: { name: 'System prompt', icon: <Settings2 size={12} /> },
  developer: { name: 'System prompt', icon: <Settings2 size={12} /> },
};
const icons: Partial<Record<Part['kind'], React.ReactNode>> = {
  thinking: <Brain size={12} />,
  toolUse: <Zap size={12} />,
  toolResult: <CornerDownRight size={12} />,
  picture: <Image size={12} />,
};
const kinds: Record<Part['kind'], string> = {
  text: '',
  thinking: 'thought',
  toolUse: 'uses',
  toolResult: 'result',
  picture: '',
  other: '',
};

export function Message({ message }: { message: ConversationMessage }) {
  const { role, content } = message;
  const known = roles[role] ?? { name: shownName(role), icon: <CornerDownRight size={12} /> };
  const parts = content === null || content === undefined ? null : partsOf(content);
  return (
    <article className={clsx('message', role === 'assistant' && 'message-model')}>
      <h4>
        {known.icon} {known.name}
      </h4>
      {parts === null ? (
        <p className="message-missing">This message was said in a private moment, or is not kept any more.</p>
      ) : (
        parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place
          <MessagePart key={at} part={part} />
        ))
      )}
    </article>
  );
}

function MessagePart({ part: { kind, name, text, failed = false } }: { part: Part }) {
  const [whole, setWhole] = useState(false);
  const isLong = text.length > CUT_AT && !whole;
  return (
    <div className={`message-part message-${kind}`}>
      {kinds[kind] === '' ? null : (
        <span className="message-kind">
          {icons[kind]} {failed ? <b>failed</b> : kinds[kind]} {name === null ? null : <code>{shownName(name)}</code>}
        </span>
      )}
      <pre>{isLong ? `${text.slice(0, CUT_AT)}…` : text}</pre>
      {isLong ? (
        <Button size="small" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </Button>
      ) : null}
    </div>
  );
}
