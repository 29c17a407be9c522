// The systemd unit that starts a host at boot, as a text. It asks nothing and writes nothing; etc/p8a.service is the same for a
// service with a user of its own, with the reasons for each line.

/** How a unit made here begins: another one is nobody's to overwrite. */
export const unitMark = '# Made by "pod startup"; "pod startup --remove" takes it away.'

export type UnitOptions = {
  /** `system`: of the machine, for root. `user`: of this user. */
  scope: 'system' | 'user'
  /** The command line that starts the host in the foreground. */
  command: readonly string[]
  /** Where programs are looked up, as in the shell of whoever asks. */
  path: string
  dataDir: string
}

export function unitText({ scope, command, path, dataDir }: UnitOptions): string {
  const isSystem = scope === 'system'
  const lines = [
    unitMark,
    '',
    '[Unit]',
    `Description=p8a pod host (${description(dataDir)})`,
    ...(isSystem
      ? [
          '# Pods that start at boot may need the network.',
          'Wants=network-online.target',
          'After=network-online.target',
        ]
      : []),
    '# Never give up starting the host: its pods wait to be adopted.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    '# The command turns itself into the host, so the main process stays the same.',
    'Type=exec',
    '# At an upgrade the host says which process is the main one from then on.',
    'NotifyAccess=main',
    `ExecStart=${command.map(unitWord).join(' ')}`,
    `Environment=${unitWord(`PATH=${path}`)}`,
    `WorkingDirectory=${isSystem ? '/' : '%h'}`,
    '# A stop or restart ends the host and leaves its pods running. The next host adopts them.',
    'KillMode=process',
    'Restart=always',
    'RestartSec=1s',
    'TimeoutStopSec=10s',
    '# If the kernel kills a pod because memory is short, the host restarts the pod.',
    'OOMPolicy=continue',
    '# The pods are children of the host and inherit its limits.',
    'LimitNOFILE=524288',
    'TasksMax=infinity',
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ]
  return lines.join('\n')
}

/** A word as systemd reads it in a unit: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines */
function unitWord(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@+=:,./-]+$/.test(word) ? word : `"${escaped}"`
}

function description(text: string): string {
  return text.replaceAll('%', '%%')
}
