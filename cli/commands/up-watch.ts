// pod up --watch: makes the host anew whenever a file of the project changes, and shows what its pods print meanwhile.
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { Excluded } from '../folder/excluded.ts'
import type { Project, ProjectPod } from '../project/manifest.ts'
import { watchProject } from '../project/watch.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { LogLines } from '../say/log-line.ts'
import type { Output } from '../say/output.ts'
import { podLine } from '../say/pod-table.ts'
import { printErr } from '../say/print.ts'
import { interruptedCode, report } from '../say/report.ts'

export type UpWatch = {
  host: RemoteHost
  output: Output
  /** The manifest, if there is one. */
  file: string | undefined
  /** Reads the project again. @throws {P8aError} if it is wrong by now */
  read: () => Promise<Project>
  /** Makes the host as the project says. @returns the exit code for that */
  up: (project: Project) => Promise<number>
}

/** Goes on until the process ends, or Ctrl-C gave up a push. @returns the exit code @throws {P8aError} `host_gone` */
export async function watchUp(first: Project, { host, output, file, read, up }: UpWatch): Promise<number> {
  let project = first
  const interrupted = Promise.withResolvers<number>()
  const failed = showLogs(host, { output, names: () => project.pods.map(({ name }) => name) })
  for (;;) {
    const round = new AbortController()
    const onChange = async (changed: readonly ProjectPod[]) => {
      await reporting(output, async () => {
        const next = await read()
        // What is watched may be something else now.
        if (JSON.stringify(next) !== JSON.stringify(project)) round.abort()
        project = next
        if ((await up(project)) === interruptedCode) return interrupted.resolve(interruptedCode)
        for (const { name, push, starts } of changed)
          if (push.link && starts) output.write(podLine(await begunAnew(host, name)))
      })
    }
    const watching = watchProject({
      pods: project.pods,
      files: file === undefined ? [] : [file],
      ignores: async folder => {
        const excluded = await Excluded.at(folder, { asIs: false })
        return path => excluded.has(path)
      },
      onChange,
      onReady: () => printErr('Watching for changes. Ctrl-C ends the watching; the pods keep running\n'),
      signal: round.signal,
    })
    const code = await Promise.race([watching, failed, interrupted.promise])
    if (code !== undefined) return code
  }
}

/** Once the next run is up: what the one before it still finishes would hold up the next change. */
async function begunAnew(host: RemoteHost, name: string): Promise<PodStatus> {
  await host.call('pod.restart', { name, wait: false })
  return await host.call('pod.wake', { name })
}

/** What is wrong now may be right after the next change. */
async function reporting(output: Output, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof P8aError) || ['host_gone', 'host_unreachable'].includes(error.code)) throw error
    await report(error, output)
  }
}

async function showLogs(
  host: RemoteHost,
  { output, names }: { output: Output; names: () => string[] },
): Promise<never> {
  const lines = new LogLines(output)
  for await (const entries of host.logs({ follow: true, since: new Date().toISOString() })) {
    const own = entries.filter(({ pod, source }) => pod !== undefined && source !== 'host' && names().includes(pod))
    output.write(own.map(entry => (output.json ? JSON.stringify(entry) : lines.render(entry))).join('\n'))
  }
  throw new P8aError('host_gone', 'The host sends no more lines')
}
