import { type Speed, speeds } from '@sandglass/replay';
import { IconButton, Menu, MenuCheck, MenuChoice, MenuSeparator } from '@sandglass/ui';
import { History, Pause, Play } from 'lucide-react';
import { usePlayhead } from '../../platform/playhead.ts';
import { useStore } from '../../platform/store.ts';
import { useActions } from '../../platform/useAction.ts';
import './playControls.css';

const group = 'Timeline';
const nameOf = (speed: Speed) => `${speed}×`;
/** A moment before now: what just happened, to be seen again. */
const AGAIN_US = 10_000_000;

/** Plays the past, at a speed, with or without what nothing happens in. */
export function PlayControls() {
  const playhead = usePlayhead();
  const { head, speed, skipIdle } = useStore(playhead);
  const playing = head.phase === 'playing';
  const faster = (step: number) => {
    const next = speeds[speeds.indexOf(speed) + step];
    if (next !== undefined) playhead.setSpeed(next);
  };
  const again = () => {
    playhead.seek(playhead.end.nowUs - AGAIN_US);
    playhead.play();
  };
  const toggle = head.phase === 'live' ? again : () => playhead.toggle();
  const label = playing ? 'Pause the replay' : head.phase === 'live' ? 'Play the last ten seconds again' : 'Play';
  useActions([
    { id: 'replay.toggle', title: label, group, shortcut: 'K', run: toggle },
    { id: 'replay.faster', title: 'Play faster', group, shortcut: '>', run: () => faster(1) },
    { id: 'replay.slower', title: 'Play slower', group, shortcut: '<', run: () => faster(-1) },
    {
      id: 'replay.skipIdle',
      title: skipIdle ? 'Play idle time too' : 'Skip idle time',
      group,
      run: () => playhead.setSkipIdle(!skipIdle),
    },
  ]);
  return (
    <div className="play-controls" role="toolbar" aria-label="Replay">
      <IconButton size="small" label={label} shortcut="K" onClick={toggle}>
        {playing ? <Pause size={14} /> : head.phase === 'live' ? <History size={14} /> : <Play size={14} />}
      </IconButton>
      <Menu
        trigger={
          <button type="button" className="play-speed" aria-label={`Speed of the replay: ${nameOf(speed)}`}>
            {nameOf(speed)}
          </button>
        }
      >
        <MenuChoice
          label="Speed"
          value={nameOf(speed)}
          options={speeds.map((each) => ({ value: nameOf(each), label: nameOf(each) }))}
          onChange={(name) => playhead.setSpeed(speeds.find((each) => nameOf(each) === name) ?? 1)}
        />
        <MenuSeparator />
        <MenuCheck checked={skipIdle} onChange={(next) => playhead.setSkipIdle(next)}>
          Skip idle time
        </MenuCheck>
      </Menu>
    </div>
  );
}
