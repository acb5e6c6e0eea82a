import type { Step } from './step.ts';

/** Answers as people get it: through the front, over TLS, under the public name. */
const ready = 'curl --silent --fail --insecure --output /dev/null https://kingbus.example/readyz';
const restarts = `for unit in $(systemctl list-units --plain --no-legend 'kingbus-http@*.service' 'kingbus-chat@*.service' | cut -d ' ' -f 1); do systemctl restart "$unit"; done`;
const again = '/srv/kingbus/current/deploy/install.sh';
const lines = (count: number, name: string) => `[ "$(wc -l </etc/kingbus/secrets/${name})" = ${count} ]`;
/** Since the file `before` was made, nothing else was: but for what apt and the machine keep for themselves. */
const untouched = `[ -z "$(find / -xdev -type f -newer before ! -path '/etc/resolv.conf' ! -path '/var/cache/apt/*')" ]`;
const running = (unit: string) => `systemctl is-active --quiet ${unit}`;

/**
 * Typed where nothing runs yet: in the root of a bare Debian, as root, in /root, where the files of a release lie. A machine under
 * test has no way to the world, so its certificate is its own.
 */
export const installing: readonly Step[] = [
  { types: 'sha256sum --check kingbus-VERSION-linux-x64.tar.gz.sha256', says: /OK/u },
  { types: 'tar -xzf kingbus-VERSION-linux-x64.tar.gz --no-same-owner' },
  {
    after: 'touch before',
    types: 'kingbus-VERSION-linux-x64/deploy/install.sh --origin https://kingbus.example --dry-run',
    with: { '--dry-run': '--tls internal --dry-run' },
    says: /would run/u,
    until: untouched,
  },
  {
    types: 'kingbus-VERSION-linux-x64/deploy/install.sh --origin https://kingbus.example',
    with: { '--origin': '--tls internal --origin' },
    says: /is in place: https:\/\/kingbus\.example/u,
  },
];

/** Typed in the machine when it has booted, in this order: a step may need what an earlier one left. */
export const operating: readonly Step[] = [
  // Whether it works
  {
    after: 'echo 127.0.0.1 kingbus.example >>/etc/hosts',
    types: "systemctl status --no-pager 'kingbus-*' mariadb redis-server caddy",
    looks: true,
    says: /kingbus-http@8081\.service/u,
    until: ready,
  },
  { types: 'systemctl --failed', says: /0 loaded units/u },
  {
    types: 'curl --fail https://kingbus.example/readyz',
    with: { '--fail': '--fail --insecure' },
    says: /"ready":true/u,
  },
  { types: 'kingbus version', says: /kingbus \d/u },
  { types: 'kingbus check', says: /\b0 faults/u },
  { types: 'kingbus jobs' },
  { types: 'kingbus migrate --status', says: /up to date/u },
  {
    after: 'umask 077 && echo "four plain words here" >password.txt',
    types:
      'kingbus accounts create-admin --username minji --email minji@kingbus.example --phone 010-1234-5678 --name 김민지 <password.txt',
    says: /minji is an admin now/u,
  },

  // Start, stop, restart
  { types: 'systemctl is-enabled kingbus.target mariadb redis-server caddy', says: /^(?:enabled\s*){4}$/u },
  { types: 'systemctl stop kingbus.target', until: `! ${ready}` },
  { types: 'systemctl start kingbus.target', until: ready },
  { types: 'systemctl restart kingbus-http@8081', until: ready },
  { types: restarts, until: ready },

  // Logs
  { types: "journalctl --unit 'kingbus-*' --since today --output cat --no-pager", says: /"msg":"listening"/u },
  { types: `journalctl --unit 'kingbus-*' --output cat --no-pager --grep '"level":(50|60)'`, looks: true },
  { types: 'journalctl --unit mariadb --unit redis-server --unit caddy --since today --no-pager', says: /mariadb/iu },
  { types: 'tail --lines 20 /var/log/caddy/kingbus.log', says: /"status":200/u },
  { types: 'tail --lines 20 /var/log/mysql/mariadb-slow.log' },

  // Deploy and roll back: to a version that differs in its name alone
  {
    after: [
      'cp -R kingbus-VERSION-linux-x64 kingbus-NEXT-linux-x64',
      `sed -i 's/"version": "VERSION"/"version": "NEXT"/' kingbus-NEXT-linux-x64/release.json`,
      'tar -czf kingbus-NEXT-linux-x64.tar.gz kingbus-NEXT-linux-x64 && rm -r kingbus-NEXT-linux-x64',
      'sha256sum kingbus-NEXT-linux-x64.tar.gz >kingbus-NEXT-linux-x64.tar.gz.sha256',
    ].join(' && '),
    types: 'sha256sum --check kingbus-NEXT-linux-x64.tar.gz.sha256',
    says: /OK/u,
  },
  {
    types: 'kingbus deploy kingbus-NEXT-linux-x64.tar.gz',
    until: `[ "$(readlink /srv/kingbus/current)" = releases/NEXT ] && ${ready}`,
  },
  { types: 'kingbus roll-back', until: `[ "$(readlink /srv/kingbus/current)" = releases/VERSION ] && ${ready}` },

  // Back up and restore
  { types: 'kingbus backup --to /var/backups/kingbus --keep 7', says: /holds the database/u },
  { types: 'systemctl stop kingbus.target', until: `! ${ready}` },
  { types: "mariadb --execute 'drop database kingbus'" },
  { types: 'mariadb </srv/kingbus/current/deploy/mariadb/rights.sql' },
  {
    types:
      'mv /var/lib/kingbus/keys /var/lib/kingbus/keys.before && mv /var/lib/kingbus/files /var/lib/kingbus/files.before',
  },
  { types: 'systemd-tmpfiles --create /etc/tmpfiles.d/kingbus.conf' },
  {
    types: 'kingbus restore /var/backups/kingbus/BACKUP',
    with: { BACKUP: '"$(ls -t /var/backups/kingbus | head -n 1)"' },
    says: /Restored[^]*\b0 faults/u,
  },
  { types: 'systemctl start kingbus.target', until: ready },

  // Keys
  { types: 'kingbus keys list', says: /signs/u },
  { types: 'kingbus keys rotate', says: /Made the key/u },
  { types: 'kingbus keys retire', says: /No key has ended/u },
  {
    types: 'kingbus keys retire KID --now',
    with: { KID: `"$(kingbus keys list | sed -n 's/  signs.*//p')"` },
    says: /Made the key[^]*Removed the key/u,
    until: ready,
  },

  // Passwords: the new one first, the old one after it; both are let in until no process has the old one
  {
    types:
      'cd /etc/kingbus/secrets && umask 077 && { openssl rand -hex 32; cat KINGBUS_DATABASE_PASSWORD; } >new && mv new KINGBUS_DATABASE_PASSWORD',
    until: lines(2, 'KINGBUS_DATABASE_PASSWORD'),
  },
  {
    types: `printf "alter user 'kingbus'@'127.0.0.1' identified via mysql_native_password using password('%s') or mysql_native_password using password('%s');" $(cat /etc/kingbus/secrets/KINGBUS_DATABASE_PASSWORD) | mariadb`,
    until: ready,
  },
  { types: restarts, until: ready },
  {
    types: 'sed -i 2d /etc/kingbus/secrets/KINGBUS_DATABASE_PASSWORD',
    until: lines(1, 'KINGBUS_DATABASE_PASSWORD'),
  },
  { types: again, until: ready },
  {
    types:
      'cd /etc/kingbus/secrets && umask 077 && { openssl rand -hex 32; cat KINGBUS_REDIS_PASSWORD; } >new && mv new KINGBUS_REDIS_PASSWORD',
    until: lines(2, 'KINGBUS_REDIS_PASSWORD'),
  },
  { types: again, until: ready },
  { types: restarts, until: ready },
  { types: 'sed -i 2d /etc/kingbus/secrets/KINGBUS_REDIS_PASSWORD', until: lines(1, 'KINGBUS_REDIS_PASSWORD') },
  { types: again, until: `${ready} && kingbus version` },

  // Certificates
  {
    types:
      'openssl s_client -connect kingbus.example:443 -servername kingbus.example </dev/null 2>/dev/null | openssl x509 -noout -issuer -enddate',
    says: /notAfter=/u,
  },
  { types: 'journalctl --unit caddy --since today --no-pager --grep certificate', looks: true },
  { types: 'systemctl restart caddy', until: ready },
  {
    after:
      'openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=kingbus.example -addext subjectAltName=DNS:kingbus.example -keyout key.pem -out cert.pem',
    types: '/srv/kingbus/current/deploy/install.sh --tls /root/cert.pem,/root/key.pem',
    // Nobody trusts the certificate of a test, which is not what is tried: that it is shown.
    looks: true,
    until:
      'openssl s_client -connect kingbus.example:443 -servername kingbus.example </dev/null 2>/dev/null | openssl x509 -noout -subject | grep kingbus.example',
  },

  // More of it
  {
    types: "/srv/kingbus/current/deploy/install.sh --http '8081 8082 8083'",
    with: { '--http': '--tls internal --http' },
    until: 'curl --silent --fail http://127.0.0.1:8083/readyz && grep 8083 /etc/kingbus/front.env',
  },
  {
    after: 'touch before',
    types:
      "kingbus-VERSION-linux-x64/deploy/install.sh --origin https://kingbus.example --database-url 'mysql://kingbus@db.example:3306/kingbus' --redis-url rediss://kingbus@redis.example:6379 --dry-run",
    says: /would/u,
    until: '[ -z "$(find /etc /srv /usr -xdev -type f -newer before)" ]',
  },

  // What to do when: the fault itself is made before the command
  { types: 'df -h / /var/lib/mysql /var/lib/kingbus /var/backups/kingbus', says: /Use%/u },
  { types: 'journalctl --vacuum-size=200M' },
  { types: 'apt-get clean' },
  { types: 'timedatectl', says: /Universal time/u },
  {
    after: 'kill -KILL "$(systemctl show --property=MainPID --value redis-server)"',
    types: 'systemctl status --no-pager --lines 20 redis-server',
    looks: true,
    says: /redis-server\.service/u,
  },
  { types: 'systemctl restart redis-server', until: `${running('redis-server')} && ${ready}` },
  {
    after: 'systemctl stop mariadb',
    types: 'systemctl status --no-pager --lines 20 mariadb',
    looks: true,
    says: /inactive|failed/u,
  },
  { types: 'systemctl restart mariadb', until: `${running('mariadb')} && ${ready}` },
  { types: 'nft list table inet kingbus', says: /policy drop/u },
  {
    types: "echo 'insert rule inet kingbus input ip saddr 203.0.113.7 drop' >>/etc/kingbus/firewall.d/blocked.nft",
  },
  {
    types: 'systemctl reload kingbus-firewall',
    until: 'nft list chain inet kingbus input | grep 203.0.113.7 && test -e /etc/kingbus/firewall.d/blocked.nft',
  },
  { types: 'kingbus accounts show minji', says: /minji/u },
  { types: 'kingbus accounts log-out minji', says: /sessions have ended/u },
  { types: 'kingbus accounts suspend minji', says: /is suspended/u },
  { types: 'kingbus accounts restore minji', says: /is active again/u },

  // After a database was set back
  { types: 'kingbus migrate', says: /up to date/u },
  { types: 'kingbus begin-log-epoch', says: /new epoch/u },

  // The other front: its package was brought before, since a machine under test has no way to the world
  { types: '/srv/kingbus/current/deploy/install.sh --front apache', says: /is in place/u, until: ready },
  {
    types: '/srv/kingbus/current/deploy/install.sh --prove',
    says: /A deal was made through https:\/\/kingbus\.example/u,
  },
  { types: 'systemctl status --no-pager apache2', says: /active \(running\)/u },
  { types: 'systemctl is-enabled apache2', says: /^enabled$/mu },
  { types: 'journalctl --unit apache2 --since today --no-pager', says: /Started apache2/u },
  { types: 'tail --lines 20 /var/log/apache2/kingbus.log', says: / 200 /u },
  { types: 'tail --lines 20 /var/log/apache2/error.log', says: /resuming normal operations/u },
  { types: 'apachectl configtest', says: /Syntax OK/u },
  { types: 'systemctl reload apache2', until: ready },
  { types: 'systemctl restart apache2', until: ready },

  // The end of it
  {
    types: '/srv/kingbus/current/deploy/install.sh --uninstall',
    says: /What stays/u,
    until: `! ${ready} && [ ! -e /srv/kingbus ] && [ -e /etc/kingbus/secrets/KINGBUS_DATABASE_PASSWORD ] && mariadb --execute 'select count(*) from kingbus.accounts'`,
  },
];

export const steps: readonly Step[] = [...installing, ...operating];
