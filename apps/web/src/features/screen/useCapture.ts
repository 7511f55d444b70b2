import {
  type ClipboardEvent,
  type CompositionEvent,
  type FormEvent,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { isCopy, Keyboard, type KeyPress } from './keyboard.ts';
import { screenPoint, Wheel } from './pointer.ts';
import type { ScreenModel } from './screenModel.ts';

/** A paste event follows its key at once; without one (a clipboard with no text) the key alone is sent. */
const PASTE_WITHIN_MS = 80;
/** What the sandbox copies this soon after the person's Ctrl+C is what they asked for. */
const COPY_WITHIN_MS = 1_500;

/** A phone's keyboard says what it did to the text, not which key it was. */
const BACKSPACE = 0xff08;

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

interface CaptureOptions {
  readonly model: ScreenModel;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly active: boolean;
  /** The mouse moves the view. */
  readonly panning: boolean;
  /** The person gave the keyboard back. */
  readonly onLeave: () => void;
}

/** Turns the page's mouse, keyboard, input methods and clipboard into input of the sandbox, while the canvas has the focus. */
export function useCapture({ model, canvas, active, panning, onLeave }: CaptureOptions) {
  const keys = useRef<HTMLTextAreaElement>(null);
  const [captured, setCaptured] = useState(false);
  const keyboard = useMemo(
    () => new Keyboard({ send: (keysym, down) => model.key(keysym, down), mac: isMac }),
    [model],
  );
  const paste = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const copyAtMs = useRef(Number.NEGATIVE_INFINITY);

  useWheel(model, canvas, active && !panning);
  useEffect(() => {
    if (active) return;
    keyboard.releaseAll();
    model.releasePointer();
  }, [active, keyboard, model]);
  useEffect(() => {
    const release = () => {
      keyboard.releaseAll();
      model.releasePointer();
    };
    // Changing the tab or the window says nothing of the keys that are let go elsewhere.
    window.addEventListener('blur', release);
    return () => {
      window.removeEventListener('blur', release);
      clearTimeout(paste.current);
      release();
    };
  }, [keyboard, model]);
  useEffect(
    () =>
      model.subscribe(() => {
        const { copied } = model.state;
        if (copied === null || performance.now() - copyAtMs.current > COPY_WITHIN_MS) return;
        copyAtMs.current = Number.NEGATIVE_INFINITY;
        void navigator.clipboard?.writeText(copied).then(
          () => model.dismissCopied(),
          () => undefined,
        );
      }),
    [model],
  );

  const point = (event: PointerEvent) => {
    const element = canvas.current;
    const { size } = model.state;
    if (element === null || size === null || !active) return;
    const at = screenPoint(event, element.getBoundingClientRect(), size);
    model.pointer(at.x, at.y, at.buttons);
  };

  const pointMouse = (event: PointerEvent) => {
    if (event.pointerType !== 'touch' && !panning) point(event);
  };

  const pointerHandlers = {
    onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => {
      if (event.pointerType === 'touch' || panning) return;
      event.preventDefault();
      keys.current?.focus({ preventScroll: true });
      event.currentTarget.setPointerCapture(event.pointerId);
      point(event);
    },
    onPointerMove: pointMouse,
    onPointerUp: pointMouse,
    onPointerCancel: () => model.releasePointer(),
    onContextMenu: (event: FormEvent) => event.preventDefault(),
  };

  const keyHandlers = {
    onFocus: () => setCaptured(true),
    onBlur: () => {
      setCaptured(false);
      keyboard.releaseAll();
      model.releasePointer();
    },
    onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => {
      // While an input method composes, keys are its own.
      if (!active || event.nativeEvent.isComposing) return;
      const answer = keyboard.down(asPress(event));
      if (answer === 'ignore') return;
      if (answer === 'paste') {
        clearTimeout(paste.current);
        paste.current = setTimeout(() => keyboard.pasteKey(), PASTE_WITHIN_MS);
        return;
      }
      event.preventDefault();
      if (answer === 'leave') leave();
      else if (isCopy(asPress(event), isMac)) copyAtMs.current = performance.now();
    },
    onKeyUp: (event: KeyboardEvent) => {
      event.preventDefault();
      keyboard.up(event.nativeEvent);
    },
    onPaste: (event: ClipboardEvent) => {
      event.preventDefault();
      clearTimeout(paste.current);
      const text = event.clipboardData.getData('text/plain');
      if (text !== '') model.sendClipboard(text);
      keyboard.pasteKey();
    },
    onCompositionEnd: (event: CompositionEvent<HTMLTextAreaElement>) => {
      if (active) keyboard.text(event.data);
      event.currentTarget.value = '';
    },
    // What no key made: an emoji picker, a phone's keyboard.
    onInput: (event: FormEvent<HTMLTextAreaElement>) => {
      const { isComposing, inputType } = event.nativeEvent as InputEvent;
      if (isComposing) return;
      if (active && inputType.startsWith('delete')) keyboard.stroke(BACKSPACE);
      else if (active) keyboard.text(event.currentTarget.value);
      event.currentTarget.value = '';
    },
  };

  const leave = () => {
    keyboard.releaseAll();
    const pane = keys.current?.closest('.screen-pane');
    keys.current?.blur();
    onLeave();
    pane?.querySelector<HTMLElement>('.screen-bar button')?.focus();
  };

  return { keys, captured, leave, stroke: (keysym: number) => keyboard.stroke(keysym), pointerHandlers, keyHandlers };
}

/** React listens to wheels passively, and the page must not scroll along. */
function useWheel(model: ScreenModel, canvas: RefObject<HTMLCanvasElement | null>, active: boolean): void {
  useEffect(() => {
    const element = canvas.current;
    if (element === null || !active) return;
    const wheel = new Wheel();
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      for (const button of wheel.turn(event)) model.click(button);
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [model, canvas, active]);
}

function asPress(event: KeyboardEvent): KeyPress {
  const { key, code, location, ctrlKey, altKey, metaKey, timeStamp } = event.nativeEvent;
  return { key, code, location, ctrlKey, altKey, metaKey, timeStamp };
}
