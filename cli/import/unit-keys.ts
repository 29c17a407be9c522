// Keys of units of systemd, and what each is here, or why it is nothing here.
import { restartDelay } from '../argv/restart-delay.ts'
import { became, durationText, lost, type Outcome, stopToMain } from './imported.ts'
import { takeStopSignal } from './signal-name.ts'
import { takeUser } from './take-user.ts'
import { limitKind, type Take } from './unit-limits.ts'
import { unitSpanMs } from './unit-span.ts'

const logs = lost('the lines of each run are dated files already: pod logs')
const order = lost('what a pod needs of the same manifest is said by needs')
const delay = lost(restartDelay)
const before: Take = became('a part of command')

/** By their names; what is not here is looked up in {@link kinds}. */
const keys: Readonly<Record<string, Take>> = {
  Description: lost('a pod has labels, and no description'),
  Documentation: lost('a pod has labels, and no documentation'),
  WantedBy: became('started with its host: pod startup'),
  RequiredBy: became('started with its host: pod startup'),
  Type: (value, pod) => {
    if (value === 'notify' || value === 'notify-reload') {
      pod.ready = 'said'
      return { became: 'ready: said' }
    }
    if (value === 'forking') return { lost: 'a program stays in the foreground here: give it the option for that' }
    if (value === 'oneshot') return { became: 'a run that ends, and is not started anew' }
    return value === 'dbus' ? { lost: 'nothing here looks at D-Bus' } : { became: 'always so' }
  },
  ExecStart: became('command'),
  ExecStartPre: before,
  ExecCondition: before,
  ExecStartPost: lost('nothing is run once a pod is up'),
  ExecReload: lost('pod reload lets a new run take the place of the old one'),
  ExecStop: (value, pod) => {
    const signal = /\bkill\s+(?:-s\s*|-(?:SIG)?)(?:SIG)?([A-Z]+)\s+\$\{?MAINPID\b/.exec(value)?.[1]
    if (signal === undefined) return { lost: 'a run is asked to end by a signal: stopSignal' }
    return takeStopSignal(signal, pod)
  },
  ExecStopPost: lost('nothing is run once a pod has ended'),
  WorkingDirectory: became('push, in place'),
  Environment: became('env'),
  EnvironmentFile: became('envFile'),
  PassEnvironment: lost('a variable of your shell stands in env without a value'),
  Restart: (value, pod) => {
    if (value === 'always') delete pod.restart
    else if (value === 'no') pod.restart = 'never'
    else if (value === 'on-success') return { lost: 'no run is restarted only where it ended well' }
    else pod.restart = 'on-failure'
    return { became: `restart: ${pod.restart ?? 'always'}` }
  },
  RestartSec: delay,
  RestartSteps: delay,
  RestartMaxDelaySec: delay,
  StartLimitBurst: (value, pod) => {
    pod.giveUp = `after ${Math.max(Number(value) || 1, 1)}`
    return { became: `giveUp: ${pod.giveUp}` }
  },
  KillSignal: takeStopSignal,
  KillMode: (value, pod) => {
    if (value === 'control-group') return { became: 'always so' }
    if (value !== 'mixed' && value !== 'process') return { lost: 'a stop ends everything that a run has started' }
    pod.stopTo = 'main'
    return { became: value === 'mixed' ? 'stopTo: main' : stopToMain }
  },
  TimeoutStopSec: (value, pod) =>
    span(value, text => {
      pod.stopTimeout = text
      return 'stopTimeout'
    }),
  TimeoutStartSec: (value, pod) =>
    span(value, text => {
      pod.startTimeout = text
      return 'startTimeout'
    }),
  TimeoutSec: (value, pod) =>
    span(value, text => {
      pod.startTimeout = text
      pod.stopTimeout = text
      return 'startTimeout, stopTimeout'
    }),
  PIDFile: lost('pod status --json has the pids'),
  RemainAfterExit: lost('a run that has ended is not up'),
  WatchdogSec: lost('whether a run is well is asked by check'),
  SuccessExitStatus: lost('only the exit code 0 can be an end: restart: on-failure'),
  RestartPreventExitStatus: lost('only the exit code 0 can be an end: restart: on-failure'),
  RestartForceExitStatus: lost('only the exit code 0 can be an end: restart: on-failure'),
  SyslogIdentifier: logs,
  LogLevelMax: logs,
  StandardInput: value =>
    value === 'null' ? { became: 'always so' } : { lost: "stdin is empty, or open for pod send by stdin: 'open'" },
  UMask: lost('a run has the umask 022'),
  User: takeUser,
  Sockets: lost('a pod names its own ports, by listen'),
}

/** Keys that belong together, by their names. */
const kinds: readonly [names: RegExp, take: Take][] = [
  [/^(Group|SupplementaryGroups|PAMName)$/, lost('a run has the groups of its user')],
  [/^DynamicUser$/, lost('a pod has a user that there is: user')],
  [
    /^(After|Before|Requires|Requisite|Wants|BindsTo|PartOf|Upholds|Conflicts|OnFailure|OnSuccess|JobTimeout.*)$/,
    order,
  ],
  [/^Standard(Output|Error)/, logs],
  [/^(Start|RateLimit).*(Interval|Sec)/, delay],
  [/^(Condition|Assert)/, lost('a pod is started whatever the machine is like')],
  [
    /^(Protect|Private|Restrict|System|Read|Inaccessible|Exec(Paths|SearchPath)|NoExec|NoNew|Ambient|Capability|Lock|Secure|Bind|Root|Mount|Temporary|Remove|Key|State|Runtime|Cache|Logs|Configuration|IP|Device|Proc|Load|Set)/,
    lost('a pod sees the machine as its host does; what it has to keep is in P8A_STORAGE'),
  ],
]

/** What becomes of a key. */
export function unitKey(key: string): Take {
  const kind = kinds.find(([names]) => names.test(key))
  return keys[key] ?? limitKind(key) ?? kind?.[1] ?? lost('it is about systemd')
}

function span(value: string, keep: (text: string) => string): Outcome {
  const ms = unitSpanMs(value)
  if (ms === undefined) return { lost: `${JSON.stringify(value)} is no length of time` }
  return ms === 0 ? { lost: 'no time is without an end here' } : { became: keep(durationText(ms)) }
}
