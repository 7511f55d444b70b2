import { away, failureOf, framed } from '../../platform/paneStory.tsx';
import { ScreenFailed, ScreenGone, ScreenLoading, ScreenStale } from './ScreenStates.tsx';

export default { title: 'Panes/Screen' };

const at = framed('screen-pane', 560, 340);

export const Loading = at(<ScreenLoading />);
export const Failed = at(
  <ScreenFailed {...failureOf('sbx_7k2m', 'internal', 'The screen answered with what is no picture.')} />,
);
export const Gone = at(<ScreenGone />);
export const Stale = at(<ScreenStale {...away} />);
