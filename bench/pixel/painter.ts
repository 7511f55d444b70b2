/** Paints one patch of the screen again and again and says when, by the clock that sandbox and browser share. */

/** Where the patch is and which pixel of it is looked at. */
export const patch = { x: 40, y: 40, size: 64 };
export const probe = { x: patch.x + patch.size / 2, y: patch.y + patch.size / 2 };
/** 27 colours far enough apart to be told from each other through any encoding; neighbours in time differ in all channels. */
export const palette: readonly (readonly [number, number, number])[] = Array.from({ length: 27 }, (_, index) => {
  const at = (index * 14) % 27;
  const level = (digit: number) => 30 + 95 * digit;
  return [level(at % 3), level(Math.floor(at / 3) % 3), level(Math.floor(at / 9))];
});

export interface Painted {
  readonly atMs: number;
  readonly colour: number;
}

/** Arguments: display, count. Straight into the server with libX11, so that the moment is known to some microseconds. */
export const painter = `
import ctypes, json, random, sys, time
x = ctypes.CDLL('libX11.so.6')
x.XOpenDisplay.restype = ctypes.c_void_p
x.XDefaultRootWindow.restype = ctypes.c_ulong
x.XCreateGC.restype = ctypes.c_void_p
d = ctypes.c_void_p(x.XOpenDisplay(sys.argv[1].encode()))
root = ctypes.c_ulong(x.XDefaultRootWindow(d))
gc = ctypes.c_void_p(x.XCreateGC(d, root, ctypes.c_ulong(0), None))
x.XSetSubwindowMode(d, gc, 1)
palette = ${JSON.stringify(palette)}
painted = []
random.seed(7)
time.sleep(0.5)
for i in range(int(sys.argv[2])):
    r, g, b = palette[i % len(palette)]
    x.XSetForeground(d, gc, ctypes.c_ulong(r << 16 | g << 8 | b))
    at = time.time()
    x.XFillRectangle(d, root, gc, ${patch.x}, ${patch.y}, ${patch.size}, ${patch.size})
    x.XSync(d, 0)
    painted.append({'atMs': at * 1000, 'colour': i % len(palette)})
    time.sleep(0.12 + random.random() * 0.08)
print(json.dumps(painted))
`;

/** An agent's terminal with much to say: 100 lines a second in a corner. Argument: seconds. */
export const chatter = `
import sys, time
end = time.time() + float(sys.argv[1])
i = 0
while time.time() < end:
    i += 1
    print(i, 'The quick brown fox jumps over the lazy dog and looks back at', time.time(), flush=True)
    time.sleep(0.01)
`;
