import type { ConversationMessage } from '@sandglass/protocol';
import { Button, CopyButton } from '@sandglass/ui';
import { clsx } from 'clsx';
import { Bot, Brain, CornerDownRight, CornerRightDown, Image, Settings2, User, Zap } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { type Given, type Part, partsOf } from './parts.ts';
import type { Deed, Deeds } from './said.ts';

const CUT_AT = 3_000;

const tool = { name: 'Tool', icon: <CornerDownRight size={12} /> };
const roles: Readonly<Record<string, { readonly name: string; readonly icon: React.ReactNode }>> = {
  user: { name: 'Agent’s program', icon: <User size={12} /> },
  tool,
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

interface MessageProps {
  readonly message: ConversationMessage;
  /** Among the messages; absent: beside them. */
  readonly place?: number;
  /** Something else led here. */
  readonly pointedAt?: boolean;
  readonly names: ReadonlyMap<string, string>;
  readonly deeds: Deeds;
  readonly onDeed: ((seq: number) => void) | undefined;
}

export const Message = memo(function Message({ message, place, pointedAt, names, deeds, onDeed }: MessageProps) {
  const { role, content } = message;
  const parts = useMemo(() => (content === null || content === undefined ? null : partsOf(content)), [content]);
  const isTool = parts !== null && parts.length > 0 && parts.every(({ kind }) => kind === 'toolResult');
  const known = isTool ? tool : (roles[role] ?? { ...tool, name: shownName(role) });
  return (
    <article
      className={clsx('message', role === 'assistant' && 'message-model')}
      data-message={place}
      aria-current={pointedAt === true ? 'location' : undefined}
    >
      <h4>
        {known.icon} {known.name}
        {parts === null || parts.length === 0 ? null : (
          <CopyButton text={parts.map(({ text }) => text).join('\n\n')} label="Copy this message" />
        )}
      </h4>
      {parts === null ? (
        <p className="message-missing">This message was said in a private moment, or is not kept any more.</p>
      ) : (
        parts.map((part, at) => (
          <MessagePart
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place
            key={at}
            part={part}
            name={part.name ?? names.get(part.use ?? '') ?? null}
            deed={part.kind === 'toolUse' ? deeds.get(part.use ?? '') : undefined}
            onDeed={onDeed}
          />
        ))
      )}
    </article>
  );
});

interface PartProps {
  readonly part: Part;
  /** Of its tool. */
  readonly name: string | null;
  readonly deed: Deed | undefined;
  readonly onDeed: ((seq: number) => void) | undefined;
}

function MessagePart({ part: { kind, text, given, failed = false }, name, deed, onDeed }: PartProps) {
  return (
    <div className={`message-part message-${kind}`}>
      {kinds[kind] === '' ? null : (
        <span className="message-kind">
          {icons[kind]} {failed ? <b>failed result</b> : kinds[kind]}
          {name === null ? null : (
            <>
              {kind === 'toolResult' ? 'of ' : ''}
              <code>{shownName(name)}</code>
            </>
          )}
        </span>
      )}
      {given === undefined ? <Words text={text} /> : <GivenList given={given} />}
      {deed === undefined ? null : <DeedLink deed={deed} onDeed={onDeed} />}
    </div>
  );
}

/** What a tool is given: short values beside their names, what has lines of its own below. */
function GivenList({ given }: { given: readonly Given[] }) {
  if (given.length === 0) return null;
  return (
    <dl className="message-given">
      {given.map(({ name, text }) => (
        <div key={name} data-lines={text.includes('\n') || undefined}>
          <dt>{shownName(name)}</dt>
          <dd>
            <Words text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Words({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const isLong = text.length > CUT_AT && !whole;
  return (
    <>
      <pre>{isLong ? `${text.slice(0, CUT_AT)}…` : text}</pre>
      {isLong ? (
        <Button size="small" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </Button>
      ) : null}
    </>
  );
}

const MOST_CHARACTERS = 80;
const cutOf = (words: string): string =>
  words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS - 1)}…`;

/** The call that carries it out, and what came of it. */
function DeedLink({ deed: { seq, words, outcome, failed }, onDeed }: Pick<PartProps, 'onDeed'> & { deed: Deed }) {
  const told = (
    <>
      <CornerRightDown size={12} aria-hidden />
      <code>{shownName(cutOf(words))}</code>
      <span className={clsx(failed && 'message-deed-failed')}>
        {outcome === null
          ? 'running'
          : outcome === ''
            ? failed
              ? 'failed'
              : 'done'
            : `→ ${shownName(cutOf(outcome))}`}
      </span>
    </>
  );
  if (onDeed === undefined) return <p className="message-deed">{told}</p>;
  return (
    <button type="button" className="message-deed" title="Show this call in Activity" onClick={() => onDeed(seq)}>
      {told}
    </button>
  );
}
