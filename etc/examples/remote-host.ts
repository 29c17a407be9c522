// A host that is another machine's: every verb goes there by JSON-RPC. So one remote drives many machines.
//   pod push local far etc/examples/remote-host.ts
//   pod start local far --name berlin --address 10.0.0.7:3000 --key "$(ssh 10.0.0.7 pod host token)"
//   pod remote add berlin http://localhost:3000 --path berlin
//   pod status berlin
import type { Pod } from 'p8a'
import { connect } from 'p8a/client'

const pod: Pod = async (params, bus, p8a) => {
  const { name = 'far', address = '', key } = params
  /** The connection, made anew when it was lost. */
  let client: ReturnType<typeof connect> | undefined
  const there = async () => {
    client ??= connect(address, { token: key })
    try {
      const connected = await client
      connected.closed.then(() => {
        client = undefined
      })
      return connected
    } catch (error) {
      client = undefined
      throw error
    }
  }

  p8a.host(name, {
    push: async ({ code, map, file, name }) =>
      await (await there()).call('pod.push', { name, code, ...(map && { map }), ...(file && { file }) }),
    start: async (name, params, config) => await (await there()).call('pod.start', { name, params, config }),
    stop: async name => await (await there()).call('pod.stop', { name }),
    restart: async name => await (await there()).call('pod.restart', { name }),
    scale: async (name, scale) => await (await there()).call('pod.scale', { name, scale }),
    status: async name => await (await there()).call('pod.status', { name }),
    list: async () => (await (await there()).call('pod.list', {})).pods,
    remove: async (name, { force }) => await (await there()).call('pod.remove', { name, force }),
    runs: async name => (await (await there()).call('pod.runs', { name })).runs,
    logs: async query => (await (await there()).call('pod.logs', { ...query, follow: false })).entries,
    call: async (name, fn, args) => (await (await there()).call('pod.call', { name, fn, args })).value,
  })
  bus.emit('status', 'up', `${name} is ${address}`)
}
export default pod
