import { ListStale } from '../../platform/paneStates.tsx';
import { away, failureOf, framed } from '../../platform/paneStory.tsx';
import { ActivityFailed, ActivityLoading, ActivityStopped } from './ActivityStates.tsx';

export default { title: 'Panes/Activity' };

const at = framed('activity', 348, 320);
const failure = failureOf('sbx_7k2m', 'internal', 'The disk of the server answered with an error.', 'req_5b1f0c');

export const Loading = at(<ActivityLoading />);
export const Failed = at(<ActivityFailed {...failure} />);
export const Stopped = at(<ActivityStopped {...failure} />);
export const Stale = at(<ListStale {...away} />);
