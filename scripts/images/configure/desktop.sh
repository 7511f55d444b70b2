# Runs inside the desktop tree, as its root.
set -eu
# One screen per image: this one is a desktop.
rm /opt/sandglass/browser-start /etc/xdg/openbox/browser.xml
sed -i -e '/<theme>/,/<\/theme>/s|<name>Clearlooks</name>|<name>Sandglass</name>|' -e 's|<titleLayout>.*</titleLayout>|<titleLayout>LIMC</titleLayout>|' \
  -e '/<theme>/,/<\/theme>/s|<name>sans</name>|<name>DejaVu Sans</name>|' -e '/<theme>/,/<\/theme>/s|<size>8</size>|<size>9</size>|' \
  -e 's|<number>4</number>|<number>1</number>|' /etc/xdg/openbox/rc.xml
grep -q '<name>Sandglass</name>' /etc/xdg/openbox/rc.xml
update-alternatives --set x-terminal-emulator /usr/bin/lxterminal
chown -R user:user /home/user/.config
# Menus of the right-hand button and of the file manager need the cache that a running session would make.
update-desktop-database -q || true
