# Sourced by desktop-start and browser-start: the X server with its RFB port, up and answering when this returns.
export DISPLAY=:1 HOME="${HOME:-/home/user}" LANG="${LANG:-C.UTF-8}"
export XDG_RUNTIME_DIR="/tmp/runtime-$(id -u)" XDG_CONFIG_HOME="$HOME/.config" NO_AT_BRIDGE=1
cd "$HOME"

# A sandbox restored from files alone holds the locks of processes that are no more.
rm -f /tmp/.X1-lock /tmp/.X11-unix/X1 "$HOME"/.config/chromium*/Singleton*
rm -rf "$XDG_RUNTIME_DIR"
mkdir -p -m 0700 "$XDG_RUNTIME_DIR"
mkdir -p -m 1777 /tmp/.X11-unix

ready="$XDG_RUNTIME_DIR/display-ready"
mkfifo "$ready"
Xtigervnc :1 -geometry "${SANDGLASS_SCREEN_WIDTH:-1280}x${SANDGLASS_SCREEN_HEIGHT:-800}" -depth 24 -rfbport 5901 -localhost -SecurityTypes None \
  -AlwaysShared -AcceptSetDesktopSize=1 -nolisten tcp -noreset -ac -br -dpi 96 -FrameRate 60 -desktop sandbox \
  -displayfd 9 9>"$ready" &
server=$!
trap 'kill "$server" $(jobs -p) 2>/dev/null' EXIT
trap 'exit 0' TERM INT HUP
read -r _ <"$ready"
rm -f "$ready"
