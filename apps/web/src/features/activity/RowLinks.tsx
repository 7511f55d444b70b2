import { CornerLeftUp, CornerRightDown, MessagesSquare } from 'lucide-react';
import { actions } from '../../platform/actions.ts';
import { pointedAt } from '../../platform/pointedAt.ts';
import { shownName } from '../../platform/shownName.ts';
import type { Row, RowLink } from './row.ts';

/** More are counted. */
const MOST_SHOWN = 3;
const MOST_CHARACTERS = 48;

/** From a call to the reply of the model that wanted it, and from the reply to what was done. */
export function RowLinks({ row, reached, onGo }: { row: Row; reached: boolean; onGo: (key: number) => void }) {
  const { cause, effects = [] } = row;
  const more = effects.length - MOST_SHOWN;
  const link = ({ key, words }: RowLink, isCause: boolean) => (
    <button
      key={key}
      type="button"
      className="activity-link"
      tabIndex={reached ? 0 : -1}
      title={isCause ? 'The reply of the model that wanted it' : 'What was done of it'}
      aria-label={`${isCause ? 'Wanted by' : 'Led to'} ${shownName(cutOf(words))}`}
      onClick={() => onGo(key)}
    >
      {isCause ? <CornerLeftUp size={11} aria-hidden /> : <CornerRightDown size={11} aria-hidden />}
      {isCause ? 'model' : shownName(cutOf(words))}
    </button>
  );
  return (
    <>
      {cause === undefined ? null : link(cause, true)}
      {effects.slice(0, MOST_SHOWN).map((each) => link(each, false))}
      {row.title === 'model.reply' ? (
        <button
          type="button"
          className="activity-link"
          tabIndex={reached ? 0 : -1}
          aria-label="Show the conversation"
          onClick={() => {
            pointedAt.point({ reply: row.key });
            actions.run('panes.show:conversation');
          }}
        >
          <MessagesSquare size={11} aria-hidden /> conversation
        </button>
      ) : null}
      {more > 0 ? <span className="activity-times"> +{more}</span> : null}
    </>
  );
}

const cutOf = (words: string): string =>
  words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS - 1)}…`;
