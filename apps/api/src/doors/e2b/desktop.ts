/**
 * What the vendor's desktop client calls and our desktop does otherwise: it starts an X server of its own and a desktop on it, which
 * nobody would see. Stand-ins lead it to the screen that is there, watched and recorded: display :0 is display :1.
 */
import { AppError, type SandboxId } from '@sandglass/protocol';
import type { Caller, Services } from '../../services.ts';
import { STREAM_PORT } from './stream/stream.ts';

/** Named as the client looks for them; it waits until it sees all three. */
const SESSION = ['xfce4-session', 'xfwm4', 'xfdesktop'];

const programs: Readonly<Record<string, string>> = {
  Xvfb: `#!/bin/bash
# Stands for the screen that is already there (:1), under the name that was asked for.
number="\${1#:}"; size=""
while [ $# -gt 0 ]; do [ "$1" = -screen ] && size="\${3%x*}"; shift; done
for _ in $(seq 200); do xdpyinfo -display :1 >/dev/null 2>&1 && break; sleep 0.05; done
[ -n "$size" ] && xrandr -display :1 -s "$size" >/dev/null 2>&1
[ "$number" = 1 ] || ln -sfn X1 "/tmp/.X11-unix/X$number"
exec sleep infinity`,
  startxfce4: `#!/bin/bash
# The desktop runs already; this is who the client looks for.
${SESSION.map((name) => `${name} infinity &`).join('\n')}
wait`,
  xdotool: `#!/bin/sh
# The real one waits a quarter of a minute for a move that never comes, when the pointer is there already.
if [ $# = 4 ] && [ "$1 $2" = "mousemove --sync" ]; then
  case "$(/usr/bin/xdotool getmouselocation)" in "x:$3 y:$4 "*) exit 0 ;; esac
fi
exec /usr/bin/xdotool "$@"`,
  netstat: `#!/bin/sh
exec ss "$@"`,
  'gtk-launch': `#!/bin/bash
entry="/usr/share/applications/\${1%.desktop}.desktop"
[ -r "$entry" ] || { echo "gtk-launch: no such application $1" >&2; exit 2; }
command=$(sed -n 's/^Exec=//p' "$entry" | head -n 1 | sed 's/ *%[a-zA-Z]//g')
shift
exec $command "$@"`,
  x11vnc: `#!/bin/sh
# There is nothing to serve: who watches is shown what is recorded, from outside. This keeps whether that may be, and the password.
umask 077
if [ "$1" = -storepasswd ]; then printf %s "$2" >"$3"; exit; fi
mkdir -p ~/.vnc
case " $* " in *" -usepw "*) cp ~/.vnc/passwd ~/.vnc/stream ;; *) : >~/.vnc/stream ;; esac
setsid /opt/noVNC/utils/x11vnc infinity </dev/null >/dev/null 2>&1 &`,
  '/opt/noVNC/utils/novnc_proxy': `#!/usr/bin/python3
import hmac, http.server, os, subprocess, urllib.parse
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        given = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("password", [""])[0]
        status = 503
        if subprocess.run(["pgrep", "-x", "x11vnc"], stdout=subprocess.DEVNULL).returncode == 0:
            with open(os.path.expanduser("~/.vnc/stream"), "rb") as file:
                wanted = file.read()
            status = 200 if not wanted or hmac.compare_digest(wanted, given.encode()) else 401
        self.send_response(status)
        self.send_header("x-sandglass-stream", "yes")
        self.send_header("content-length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", ${STREAM_PORT}), Handler).serve_forever()`,
};

const script = [
  'set -e; mkdir -p /opt/noVNC/utils; cd /usr/local/bin',
  ...Object.entries(programs).map(
    ([name, text]) => `cat > ${name} <<'SANDGLASS_STANDS_IN'\n${text}\nSANDGLASS_STANDS_IN\nchmod 755 ${name}`,
  ),
  ...[...SESSION, '/opt/noVNC/utils/x11vnc'].map((name) => `ln -sf "$(command -v sleep)" ${name}`),
].join('\n');

/** Of a new desktop sandbox, before its client hears of it. */
export async function prepareDesktop(execs: Services['execs'], caller: Caller, sandbox: SandboxId): Promise<void> {
  const system: Caller = { ...caller, actor: 'system' };
  const { exit, stderr } = await execs.start(system, sandbox, { command: script, user: 'root', timeoutMs: 30_000 });
  if (exit?.code !== 0) throw new AppError('unavailable', `The desktop could not be prepared: ${stderr?.slice(-200)}`);
}
