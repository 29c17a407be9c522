// The commands of the tools that people come from, as their help lists them.
const words = (text: string) => text.trim().split(/\s+/)

export const tools: Readonly<Record<string, string[]>> = {
  pm2: words(`
    start trigger deploy startOrRestart startOrReload startOrGracefulReload pid create stop restart scale reload id inspect delete del
    sendSignal ping updatePM2 update install uninstall package publish set multiset get conf config unset report link unlink monitor
    unmonitor open plus login register web dump save cleardump send attach resurrect unstartup startup logrotate ecosystem init reset
    describe desc info show env list ls l ps status jlist slist sysmonit prettylist monit imonit dashboard dash flush reloadLogs logs
    kill pull forward backward deepUpdate serve autoinstall examples profile:cpu profile:mem module:generate module:update`),
  supervisorctl: words(`
    add avail clear exit fg maintail open pid quit reload remove reread restart shutdown signal start status stop tail update version`),
  systemctl: words(`
    list-units list-sockets list-timers list-dependencies list-unit-files list-jobs list-machines is-active is-failed is-enabled status
    show cat start stop reload restart try-restart reload-or-restart try-reload-or-restart condrestart force-reload isolate kill clean
    freeze thaw set-property reset-failed enable disable reenable preset mask unmask link revert add-wants add-requires edit get-default
    set-default cancel show-environment set-environment unset-environment import-environment daemon-reload daemon-reexec
    is-system-running log-level whoami journalctl journal`),
  docker: words(`
    run exec ps build pull push images login logout search version info builder buildx compose container context image manifest plugin
    system trust volume swarm node service stack secret config network attach commit cp create diff events export history import inspect
    kill load logs pause port rename restart rm rmi save start stats stop tag top unpause update wait up down convert watch prune`),
  nomad: words(`
    acl agent alloc deployment dispatch eval exec fmt init inspect job logs monitor namespace node operator plan quota run scaling server
    service status stop system tls ui validate var version volume`),
  foreman: words('start run check export'),
}

/** Options that people type out of habit, by the command of ours that they are typed behind. */
export const habits: Readonly<Record<string, string[]>> = {
  start: words(
    `-i --instances --watch -w --max-memory-restart -m --name -n --cron --no-autorestart -d -p -v -e -u --replicas --rm
    --cpus --cpu-shares --cpuset-cpus --memory-swap --memory-reservation --health-cmd --health-interval --health-retries --no-healthcheck
    --health-start-period --pids-limit --cap-drop --security-opt --privileged --read-only --network --mount --entrypoint --ulimit
    --log-driver --log-opt --restart-delay --exp-backoff-restart-delay --kill-timeout --no-treekill --workdir --oom-score-adj`,
  ),
  up: words('-i --instances -d --detach --build-arg --replicas --max-memory-restart --no-daemon -p -v'),
  stop: words('-t --time --timeout -f --force -s --signal --now -k'),
  restart: words('-a --all -t --time --timeout --update-env -f --force -i'),
  reload: words('-a --all --update-env -f --force -i'),
  remove: words('-v --volumes -t'),
  kill: words('-s --signal -9'),
  status: words(
    '-a --all -q --quiet --format --filter -l --full --no-pager --sort -m --mini-list --no-stream --state --type -n',
  ),
  logs: words(`-e --err --error -o --out --output -p --priority -u --unit -t --timestamp --timestamps --tail --nostream --highlight
    -b --boot -x -k --no-pager -r --reverse --details --format --merge`),
  events: words('--filter --format --until -u --tail'),
  top: words('--no-stream -b -n -a'),
  runs: words('-a --all -q --filter --until'),
  'image list': words('-a --all -q --quiet'),
  'image prune': words('-a --all -f --force --filter'),
  'host start': words('-p -b --bind --background --listen'),
}
