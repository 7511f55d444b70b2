# Runs inside the code-interpreter tree, as its root.
set -eu
# What every kernel loads, compiled once; and the list of fonts that the first plot would make.
python3 -m compileall -q /opt/sandglass/kernels
runuser -u user -- env HOME=/home/user MPLBACKEND=agg python3 -c 'import matplotlib.font_manager'
