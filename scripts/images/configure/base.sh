# Runs inside the base tree, as its root.
set -eu
useradd --create-home --uid 1000 --user-group --shell /bin/bash user
passwd -d user >/dev/null
chmod 0440 /etc/sudoers.d/sandglass
ln -sf /opt/sandglass/node /usr/local/bin/node
ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
printf 'prefix=/usr/local\nupdate-notifier=false\nfund=false\n' >/usr/local/lib/node_modules/npm/npmrc
printf '127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n' >/etc/hosts
echo sandbox >/etc/hostname
: >/etc/resolv.conf
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
ln -sf python3 /usr/bin/python
cat >>/home/user/.bashrc <<'RC'
export PATH="$HOME/.local/bin:$PATH"
RC
chown user:user /home/user/.bashrc
