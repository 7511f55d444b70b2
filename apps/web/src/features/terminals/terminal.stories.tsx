import { away, failureOf, framed } from '../../platform/paneStory.tsx';
import { TerminalFailed, TerminalLoading, TerminalStale, TerminalStopped } from './TerminalStates.tsx';

export default { title: 'Panes/Terminal' };

const at = framed('terminal-pane', 560, 240);
const failure = failureOf('trm_4f2a', 'sandboxLost', 'The daemon in the sandbox does not answer.', 'req_5b1f0c');

export const Loading = at(<TerminalLoading />);
export const Failed = at(<TerminalFailed {...failure} />);
export const Stopped = at(<TerminalStopped {...failure} />);
export const Stale = at(<TerminalStale {...away} />);
