/** What can be done with a screen. Absent = not by this person, not now, or not in this browser. */
export interface ScreenCommands {
  readonly mayInput: boolean;
  readonly leave: () => void;
  readonly giveClipboard: (() => void) | undefined;
  /** Into and out of it. */
  readonly fullScreen: (() => void) | undefined;
  readonly showKeyboard: (() => void) | undefined;
  readonly download: () => void;
  readonly copy: () => void;
  /** Makes the desktop as large as the pane, divided by this: more means larger text. */
  readonly fitRemote: ((textScale: number) => void) | undefined;
}
