// A host that is another machine's: every verb goes there by JSON-RPC. So one remote drives many machines.
//   pod push local far etc/examples/remote-host.ts
//   (umask 077; ssh 10.0.0.7 pod host token > ~/.berlin)
//   pod start local far --name berlin --address 10.0.0.7:3000 --key-file ~/.berlin
//   pod remote add berlin http://localhost:3000 --path berlin
//   pod status berlin
// The token of that host is in a file, since everyone who may look at this pod sees its params.
// With --path it is a host within that one. How a verb is asked for goes there too; who asks there is the owner of the token.
import { readFile } from 'node:fs/promises'
import type { Asked, Pod } from 'p8a'
import { type Client, connect, type MethodInput, type MethodName, type MethodResults } from 'p8a/client'

const pod: Pod = (params, bus, p8a) => {
  const { name = 'far', address = '', 'key-file': keyFile = '', path = '' } = params
  let connection: Promise<Client> | undefined
  const open = async () => await connect(address, { token: (await readFile(keyFile, 'utf8')).trim() })

  /** The connection that all verbs share, made anew when it was lost. */
  async function there(): Promise<Client> {
    connection ??= open()
    const opened = connection
    const forget = () => {
      if (connection === opened) connection = undefined
    }
    opened.then(client => client.closed.then(forget), forget)
    return await opened
  }

  async function ask<M extends MethodName>(
    method: M,
    input: Omit<MethodInput<M>, 'path' | 'hops'>,
    { by: _, signal, ...how }: Asked,
  ): Promise<MethodResults[M]> {
    return await (await there()).call(method, { ...input, ...how, path } as MethodInput<M>, { signal })
  }

  p8a.host(name, {
    push: (image, asked) => ask('pod.push', image, asked),
    start: (name, params, config, asked) => ask('pod.start', { name, params, config }, asked),
    stop: (name, asked) => ask('pod.stop', { name }, asked),
    restart: (name, asked) => ask('pod.restart', { name }, asked),
    reload: (name, { params, config, ...asked }) =>
      ask('pod.reload', { name, ...(params && { params: { ...params } }), ...(config && { config }) }, asked),
    rollback: (name, asked) => ask('pod.rollback', { name }, asked),
    wake: (name, asked) => ask('pod.wake', { name }, asked),
    sleep: (name, asked) => ask('pod.sleep', { name }, asked),
    scale: (name, scale, asked) => ask('pod.scale', { name, scale }, asked),
    status: (name, asked) => ask('pod.status', { name }, asked),
    env: (name, { set, unset, ...asked }) => ask('pod.env', { name, set: { ...set }, unset: [...unset] }, asked),
    send: (name, text, asked) => ask('pod.send', { name, text }, asked),
    group: (name, members, asked) => ask('pod.group', { name, members: { ...members } }, asked),
    usage: (name, asked) => ask('pod.usage', name === undefined ? {} : { name }, asked),
    versions: async (name, asked) => (await ask('pod.versions', { name }, asked)).versions,
    list: async asked => (await ask('pod.list', {}, asked)).pods,
    remove: (name, asked) => ask('pod.remove', { name }, asked),
    runs: async (name, asked) => (await ask('pod.runs', name === undefined ? {} : { name }, asked)).runs,
    script: (name, asked) => ask('pod.script', { name }, asked),
    output: (name, asked) => ask('pod.output', { name }, asked),
    call: async (name, fn, args, asked) => (await ask('pod.call', { name, fn, args }, asked)).value,
    info: asked => ask('host.info', {}, asked),
    commands: async (name, asked) => (await ask('pod.commands', name === undefined ? {} : { name }, asked)).commands,
    async command(name, argv, { send, recv, signal, hops }) {
      const params = { ...(name === undefined ? {} : { name }), argv: [...argv], hops, path }
      const user = { signal, show: send, ask: (question: string) => recv(question).catch(() => undefined) }
      return (await (await there()).command(params, user)).value
    },
    async *watch({ hops, signal }) {
      const client = await there()
      for await (const changes of client.changes({ path, hops }, { signal })) yield* changes
    },
    async *logs({ by: _, signal, ...query }) {
      // On a connection of its own: to leave the lines is to close it.
      const client = await open()
      signal.addEventListener('abort', () => client.close())
      try {
        for await (const lines of client.logs({ ...query, path })) yield* lines
      } finally {
        client.close()
      }
    },
  })
  bus.emit('status', 'up', `${name} is ${address}${path && ` at ${path}`}`)
}
export default pod
