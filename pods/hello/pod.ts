// An example of all that a pod can ask of its host: `pod push local hello p8a:hello`. docs/PODS.md has each part by itself.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bus, CallContext, Commands, P8a, Pod, PodConfigInput } from 'p8a'

/** The host reads this at push, without running any code. To wake other pods, a pod has to be allowed more than to look. */
export const config: PodConfigInput = { may: 'deploy', labels: { example: 'hello' } }

/** What the functions below use; they can be called once the default export has been. */
let own: { p8a: P8a; bus: Bus; said: number }

/** Called from outside: `pod call local hello hello Ann`, or `await p8a.pod('hello').hello('Ann')`. */
export async function hello(this: CallContext | undefined, name = 'world'): Promise<string> {
  await writeFile(join(own.p8a.storage, 'said'), String(++own.said))
  own.bus.emit('status', 'up', `said hello ${own.said} times`)
  own.bus.publish('hello.said', { to: name, for: this?.caller ?? 'a client' })
  return `Hello ${name}`
}

/** A stream: what another pod prints, as it comes, for as long as it is read. */
export async function* listen(name: string): AsyncGenerator<string> {
  for await (const { text } of own.p8a.verbs.logs({ name, tags: ['stdout'], follow: true })) yield text
}

/** A verb of the host: another pod is up after it. */
export const wake = async (name: string): Promise<string> => (await own.p8a.verbs.wake(name)).status

/** A command of its shell: `pod shell local hello`, and there `greet`. */
export const commands: Commands = {
  greet: async (_argv, _send, recv) => await hello.call(undefined, await recv('Who is there? ')),
}

const main: Pod = async (params, bus, p8a) => {
  own = { p8a, bus, said: Number(await readFile(join(p8a.storage, 'said'), 'utf8').catch(() => 0)) }
  bus.subscribe('hello.*', (data, topic, publisher) => p8a.log(topic, data, 'from', publisher.name))
  const ending = new AbortController()
  void greetAll(p8a, ending.signal)
  // A host of its own, with a command: `pod remote add door localhost:3000 --path door`, and then `pod knock door`.
  if (params.host) {
    p8a.host(params.host, {
      commands: () => ['knock'],
      command: async (_name, _argv, { by, send }) => await send(`Hello ${by.name}, you may ${by.role}\n`),
    })
  }
  return () => ending.abort()
}
export default main

/** Says hello to each run of another pod that comes up. */
async function greetAll({ name: own, watch, log }: P8a, signal: AbortSignal): Promise<void> {
  for await (const change of watch({ signal })) {
    if (change.type === 'run' && change.run.state === 'up' && change.name !== own) log('hello', 'Hello', change.run.id)
  }
}
