import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandLine, type Machine, startupPlan } from '../../../cli/startup/startup-plan.ts'

const machine = (more: Partial<Machine> = {}): Machine => ({
  isRoot: false,
  user: 'ann',
  home: '/home/ann',
  configHome: undefined,
  path: '/usr/bin',
  dataDir: '/home/ann/.p8a',
  usualDataDir: '/home/ann/.p8a',
  program: ['/usr/bin/node', '/opt/pod.cjs'],
  ...more,
})

const lines = (of: Machine) => {
  const { file, commands, start, undo, after, unit } = startupPlan(of, { listen: ['--port', '3000'] })
  return { file, unit, commands: [commands, [start], undo, after].map(list => list.map(commandLine)) }
}

test('startupPlan() is a unit of the user that lives without a session', () => {
  const { file, commands, unit } = lines(machine())
  assert.is(file, '/home/ann/.config/systemd/user/p8a.service')
  assert.equal(commands, [
    ['systemctl --user daemon-reload', 'loginctl enable-linger ann', 'systemctl --user enable p8a.service'],
    ['systemctl --user start p8a.service'],
    ['systemctl --user disable --now p8a.service'],
    ['systemctl --user daemon-reload'],
  ])
  assert.match(unit, /ExecStart=\/usr\/bin\/node \/opt\/pod\.cjs host start --data \/home\/ann\/\.p8a --port 3000$/m)
})

test('startupPlan() is a unit of the machine for root, and has a name of its own for another data directory', () => {
  const root = lines(machine({ isRoot: true, dataDir: '/srv/my data', usualDataDir: '/var/lib/p8a' }))
  assert.is(root.file, '/etc/systemd/system/p8a-srv-my-data.service')
  assert.equal(root.commands[0], ['systemctl daemon-reload', 'systemctl enable p8a-srv-my-data.service'])
  assert.is(lines(machine({ configHome: '/c' })).file, '/c/systemd/user/p8a.service')
})

test.run()
