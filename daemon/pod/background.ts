// What is said of a program that went into the background: what it left there, and how it stays in the foreground.

/** What keeps programs in the foreground, by what the kernel calls them. */
const foreground: Readonly<Record<string, string>> = {
  nginx: `nginx -g 'daemon off;'`,
  'redis-server': 'redis-server --daemonize no',
  'valkey-server': 'valkey-server --daemonize no',
  apache2: 'apache2 -DFOREGROUND',
  httpd: 'httpd -DFOREGROUND',
  'php-fpm': 'php-fpm -F',
  lighttpd: 'lighttpd -D',
  memcached: 'memcached, without -d',
  haproxy: 'haproxy, without -D',
  mongod: 'mongod, without --fork',
  postgres: 'postgres, in the place of pg_ctl start',
  mysqld: 'mysqld, without --daemonize',
  mariadbd: 'mariadbd itself',
  caddy: 'caddy run, in the place of caddy start',
  dnsmasq: 'dnsmasq --keep-in-foreground',
  mosquitto: 'mosquitto, without -d',
  sshd: 'sshd -D',
  cron: 'cron -f',
  crond: 'crond -f',
  'PM2 v': 'pm2-runtime, in the place of pm2 start',
}

/** @param names what the kernel calls the processes that it left */
export function backgroundText(names: readonly string[]): string {
  const different = [...new Set(names)]
  const known = Object.entries(foreground).find(([program]) => different.some(name => name.startsWith(program)))
  const way = known?.[1] ?? 'the option of the program that keeps it there'
  return `it went into the background (${different.join(', ')}), and was ended there; to keep it in the foreground: ${way}`
}
