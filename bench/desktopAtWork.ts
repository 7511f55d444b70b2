/** What desktops show: of an agent at work some lines a second, and a window that wanders; of a video 25 pictures a second. */
import type { Sandbox } from '@sandglass/client/node';

const work = `
import sys, time, subprocess
w = subprocess.run(['xdotool', 'search', '--sync', '--name', 'agent'], capture_output=True, text=True).stdout.split()[0]
i = 0
while True:
    i += 1
    print(i, 'GET /api/items/%d 200 in %d ms' % (i * 7, i % 90), flush=True)
    if i % 8 == 0: subprocess.run(['xdotool', 'windowmove', w, str(60 + i * 5 % 500), str(60 + i * 3 % 260)])
    time.sleep(0.125)
`;

/** A pan over a picture with fine grain, 640 × 360, straight into the server with libX11: nothing of it stands still. */
const video = `
import ctypes, random, time
W, H, WIDE = 640, 360, 2560
x = ctypes.CDLL('libX11.so.6')
x.XOpenDisplay.restype = ctypes.c_void_p
for name in ('XDefaultRootWindow', 'XCreateSimpleWindow'): getattr(x, name).restype = ctypes.c_ulong
for name in ('XDefaultGC', 'XDefaultVisual', 'XCreateImage'): getattr(x, name).restype = ctypes.c_void_p
d = ctypes.c_void_p(x.XOpenDisplay(None))
w = ctypes.c_ulong(x.XCreateSimpleWindow(d, ctypes.c_ulong(x.XDefaultRootWindow(d)), 80, 80, W, H, 0, ctypes.c_ulong(0), ctypes.c_ulong(0)))
x.XMapWindow(d, w)
x.XSync(d, 0)
random.seed(7)
rows = []
for y in range(H):
    row = bytearray()
    for c in range(WIDE):
        grain = random.getrandbits(4)
        row += bytes(((c * 255 // WIDE + grain) & 255, (y * 255 // H + grain) & 255, (c * y // 700 + grain) & 255, 0))
    rows.append(bytes(row))
pixels = ctypes.create_string_buffer(W * H * 4)
visual, gc = ctypes.c_void_p(x.XDefaultVisual(d, 0)), ctypes.c_void_p(x.XDefaultGC(d, 0))
image = ctypes.c_void_p(x.XCreateImage(d, visual, 24, 2, 0, pixels, W, H, 32, 0))
open('/tmp/playing', 'w').close()
at, step, due = 0, 6, time.time()
while True:
    pixels[:W * H * 4] = b''.join(row[at * 4:(at + W) * 4] for row in rows)
    x.XPutImage(d, w, gc, image, 0, 0, 0, 0, W, H)
    x.XSync(d, 0)
    if not 0 <= at + step <= WIDE - W: step = -step
    at += step
    due += 0.04
    time.sleep(max(0, due - time.time()))
`;

export async function showVideo(sandbox: Sandbox): Promise<void> {
  await untilDrawn(sandbox);
  await sandbox.start(['python3', '-c', video], { environment: { DISPLAY: ':1' } });
  await sandbox.run('until [ -e /tmp/playing ]; do sleep 0.2; done');
}

export async function putToWork(sandbox: Sandbox): Promise<void> {
  await untilDrawn(sandbox);
  await sandbox.start(['xterm', '-T', 'agent', '-geometry', '90x24+60+60', '-e', 'python3', '-c', work], {
    environment: { DISPLAY: ':1' },
  });
}

/** A desktop that was just made may not draw yet, and what is started in it would end at once. */
async function untilDrawn(sandbox: Sandbox): Promise<void> {
  await sandbox.run('until xdotool getdisplaygeometry; do sleep 0.1; done', { environment: { DISPLAY: ':1' } });
}
