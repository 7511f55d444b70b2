/** What a desktop with an agent at work shows: some lines a second, and a window that wanders. */
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

export async function putToWork(sandbox: Sandbox): Promise<void> {
  // A desktop that was just made may not draw yet, and xterm would end at once.
  await sandbox.run('until xdotool getdisplaygeometry; do sleep 0.1; done', { environment: { DISPLAY: ':1' } });
  await sandbox.start(['xterm', '-T', 'agent', '-geometry', '90x24+60+60', '-e', 'python3', '-c', work], {
    environment: { DISPLAY: ':1' },
  });
}
