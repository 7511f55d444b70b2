import type { Sandbox } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import type { RefObject } from 'react';
import { usePane } from '../../platform/pane.ts';
import { useActions } from '../../platform/useAction.ts';
import { copyPicture, downloadPicture, pictureName, takePicture } from './picture.ts';
import type { ScreenCommands } from './screenCommands.ts';
import type { ScreenModel } from './screenModel.ts';
import type { useCapture } from './useCapture.ts';
import type { useFullScreen } from './useFullScreen.ts';

/** Room that the stage keeps around the picture. */
const STAGE_BORDER_PX = 28;

interface CommandOptions {
  readonly resource: Sandbox;
  readonly model: ScreenModel;
  readonly active: boolean;
  readonly stage: RefObject<HTMLElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly capture: ReturnType<typeof useCapture>;
  readonly fullScreen: ReturnType<typeof useFullScreen>;
}

export function useScreenCommands(options: CommandOptions): ScreenCommands {
  const { resource, model, active, stage, canvas, capture, fullScreen } = options;
  const { enter, leave, full } = fullScreen;
  const take = async (use: (picture: Blob) => void) => {
    const picture = await takePicture(canvas.current);
    if (picture === null) toast.fail('There is no picture yet', 'Wait until the desktop is shown.');
    else use(picture);
  };
  const commands: ScreenCommands = {
    mayInput: active,
    leave: capture.leave,
    giveClipboard: active ? () => void giveClipboard(model) : undefined,
    fullScreen: enter === undefined ? undefined : full ? leave : enter,
    showKeyboard: active ? () => capture.keys.current?.focus({ preventScroll: true }) : undefined,
    download: () => void take((picture) => downloadPicture(picture, pictureName(resource.name, new Date()))),
    copy: () => void take((picture) => void copyPicture(picture)),
    fitRemote: active
      ? (textScale) => {
          const room = stage.current;
          if (room === null) return;
          const fitting = (px: number) => (px - STAGE_BORDER_PX) / textScale;
          model.resize(fitting(room.clientWidth), fitting(room.clientHeight));
        }
      : undefined,
  };
  useScreenActions(commands, full);
  return commands;
}

function useScreenActions({ download, copy, fullScreen, fitRemote, showKeyboard }: ScreenCommands, full: boolean) {
  const { visible } = usePane();
  const of = (verb: string) => ({ id: `screen.${verb}`, group: 'Desktop' });
  useActions([
    {
      ...of('full'),
      title: full ? 'Leave full screen' : 'Desktop in full screen',
      when: visible && fullScreen !== undefined,
      run: () => fullScreen?.(),
    },
    {
      ...of('keyboard'),
      title: 'Use the keyboard in the desktop',
      when: visible && showKeyboard !== undefined,
      run: () => showKeyboard?.(),
    },
    { ...of('download'), title: 'Download a picture of the desktop', when: visible, run: download },
    { ...of('copy'), title: 'Copy a picture of the desktop', when: visible, run: copy },
    {
      ...of('fit'),
      title: 'Fit the desktop to its pane',
      when: visible && fitRemote !== undefined,
      run: () => fitRemote?.(1),
    },
  ]);
}

async function giveClipboard(model: ScreenModel): Promise<void> {
  try {
    const text = await navigator.clipboard.readText();
    if (text !== '' && model.sendClipboard(text))
      toast.say('Pasted into the sandbox’s clipboard', 'Paste it there with Ctrl+V.');
  } catch {
    toast.fail('Your browser did not give the clipboard', 'Click the desktop and press Ctrl+V instead.');
  }
}
