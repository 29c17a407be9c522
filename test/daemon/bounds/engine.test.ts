// Which engine is found, and what it is told, by programs in the place of podman and docker. Not here: podman itself (e2e/containers).
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from '../../scratch.ts'

const engine = new URL('../../../daemon/bounds/engine.ts', import.meta.url).href
const containers = new URL('../../../daemon/bounds/containers.ts', import.meta.url).href
const processes = new URL('../../../daemon/system/system-processes.ts', import.meta.url).href

/** What a process says that has these programs in front of its PATH, and what was asked of them. */
function withPrograms(programs: Record<string, string>, code: string): { said: unknown; asked: string[] } {
  using at = scratch()
  mkdirSync(at.path('bin'))
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(at.path(`bin/${name}`), `#!/bin/sh\necho "${name} $*" >> '${at.path('asked')}'\n${script}\n`)
    chmodSync(at.path(`bin/${name}`), 0o755)
  }
  const whole = `import { engineHere } from '${engine}'
import { removeContainer } from '${containers}'
import { systemProcesses as processes } from '${processes}'
const log = { error: (...all) => { throw new Error(all.join()) } }
process.stdout.write(JSON.stringify(await (${code})()))`
  const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', whole]
  const env = { ...process.env, PATH: [at.path('bin'), process.env.PATH].join(delimiter) }
  const said = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }))
  return { said, asked: readFileSync(at.path('asked'), 'utf8').trim().split('\n') }
}

/** One that is asked for its version, and does all else at once. */
const works = (version: string) => `[ "$1" = --version ] && echo 'version ${version}'; exit 0`
const isMissing = 'exit 127'

test('engineHere() takes podman where it begins a container, and does not ask docker', () => {
  const { said, asked } = withPrograms({ podman: works('5.2.1'), docker: works('27.0') }, 'engineHere')
  const { name, version } = said as { name: string; version: string }
  assert.equal([name, version], ['podman', '5.2.1'])
  assert.equal(
    asked.map(line => line.split(' ').slice(0, 2).join(' ')),
    ['podman --version', 'podman image', 'podman run'],
  )
})

test('engineHere() takes docker where there is no podman; its containers are removed by its own words', () => {
  const remove = `async () => {
    await removeContainer({ data: '/d', key: 'web.1' }, { log, processes })
    return (await engineHere()).name
  }`
  const gone = `[ "$1" = rm ] && { echo 'Error response from daemon: No such container: x' >&2; exit 1; }; ${works('27.0')}`
  const { said, asked } = withPrograms({ podman: isMissing, docker: gone }, remove)
  assert.is(said, 'docker')
  assert.match(asked.at(-1) ?? '', /^docker rm --force p8a-web\.1-[0-9a-f]{10}$/)
})

test('engineHere() looks once at a time, however long that takes, and for one that is not there again later', () => {
  const twice = `async () => {
    const now = performance.now
    const both = [engineHere()]
    performance.now = () => now.call(performance) + 60_000
    both.push(engineHere())
    const said = await Promise.all(both)
    performance.now = () => now.call(performance) + 120_000
    await engineHere()
    return said.map(one => one.name ?? 'none')
  }`
  const looks = (programs: Record<string, string>) => {
    const { said, asked } = withPrograms(programs, twice)
    return [said, asked.filter(line => line === 'podman --version').length]
  }
  assert.equal(looks({ podman: works('5.2.1') }), [['podman', 'podman'], 1])
  assert.equal(looks({ podman: isMissing, docker: isMissing }), [['none', 'none'], 2])
})

test('engineHere() says why: none is there, one is too old, or begins no container', () => {
  const why = (programs: Record<string, string>) => (withPrograms(programs, 'engineHere').said as { why: string }).why
  assert.match(
    why({ podman: isMissing, docker: isMissing }),
    /^neither podman nor docker is installed: apt-get install/,
  )
  assert.match(why({ podman: works('3.4.4'), docker: isMissing }), /^podman 3\.4\.4 is older than 4\.0/)
  const fails = `[ "$1" = run ] && { echo 'first'; echo 'Error: no subuid ranges' >&2; exit 125; }; ${works('4.3.1')}`
  assert.is(why({ podman: fails, docker: isMissing }), 'podman 4.3.1 begins no container here: Error: no subuid ranges')
  const helps = `[ "$1" = run ] && { printf "docker: Error: no room\\n\\nRun 'docker run --help' for more information\\n"; exit 125; }; ${works('28.2')}`
  assert.match(
    why({ podman: isMissing, docker: helps }),
    /^docker 28\.2 begins no container here: docker: Error: no room/,
  )
})

test.run()
