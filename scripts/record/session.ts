// The session that the picture shows: a pod is pushed and started, its host is killed, and the next host finds the same
// process. Everything printed is real; only the paths and the port are written as a reader would find them.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A command line as it was typed, and all that it printed, with its colors as escape sequences. */
export type Exchange = { typed: string; printed: string }

const run = promisify(execFile)

/** How long one command may take. */
const commandMs = 30_000

/** What is typed; a step may need what was printed before it. */
const steps: (string | ((printed: string) => string))[] = [
  'cat hello.js',
  'pod host start --detach',
  'pod push local hello hello.js',
  'pod start local hello --name Ann',
  'pod status local',
  printed => `kill -9 ${/A host is running: pid (\d+)/.exec(printed)?.[1]}   # the host dies; its pod does not`,
  'pod host start --detach',
  'pod status local',
  'pod logs local hello --tag count --lines 2',
]

/**
 * Plays the session in an empty home directory.
 * @param root the checkout, whose `pod` must be built
 * @param readme the text of README.md, which has the pod
 */
export async function recordSession(root: string, readme: string): Promise<Exchange[]> {
  const home = mkdtempSync(join(tmpdir(), 'p8a-record-'))
  const shown = (text: string) => text.replaceAll(home, '/home/ann').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:3000')
  const type = (line: string) => typeInto(home, line.replace('pod host start', 'pod host start --port 0'))
  const exchanges: Exchange[] = []
  try {
    writePod(join(home, 'bin'), root)
    writeFileSync(join(home, 'hello.js'), podIn(readme))
    for (const step of steps) {
      const typed = typeof step === 'string' ? step : step(exchanges.map(({ printed }) => printed).join(''))
      exchanges.push({ typed, printed: shown(await type(typed)) })
    }
  } finally {
    await type('pod host stop --pods').catch(() => {
      // It was never started, or the error that is on its way says more.
    })
    rmSync(home, { recursive: true, force: true })
  }
  return exchanges
}

/** The pod of README.md, as its first here-document has it. */
function podIn(readme: string): string {
  const pod = /^cat > hello\.js <<'END'\n(.*?)^END$/ms.exec(readme)?.[1]
  if (pod === undefined) throw new Error('README.md does not write hello.js any more')
  return pod
}

/** A `pod` that runs on the Node that runs this. */
function writePod(bin: string, root: string): void {
  mkdirSync(bin)
  const file = join(bin, 'pod')
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' -- '${join(root, 'bin/pod.cjs')}' "$@"\n`)
  chmodSync(file, 0o755)
}

async function typeInto(home: string, line: string): Promise<string> {
  const env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    P8A_DATA: join(home, '.p8a'),
    FORCE_COLOR: '1',
  }
  const { stdout } = await run('/bin/sh', ['-c', `{ ${line.replace(/ +#.*/, '')}\n} 2>&1`], {
    cwd: home,
    env,
    timeout: commandMs,
  })
  return stdout
}
