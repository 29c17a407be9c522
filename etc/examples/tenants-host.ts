// A host on which everybody sees and changes only pods of their own: `asked.by` says who asks, a token or a run of a pod.
//   pod push local tenants etc/examples/tenants-host.ts
//   pod start local tenants
//   pod host token add ann --path tenants
//   pod remote add tenants localhost:3000 --path tenants --token ANNS_TOKEN
//   pod push tenants ann-web etc/examples/hello.js        but not bob-web
//   pod whoami tenants
// It has a handler for every verb, and refuses the verbs that later versions of p8a may add.
import type { Asked, Handlers, Pod } from 'p8a'

const pod: Pod = (_params, bus, p8a) => {
  /** Pods of a token begin with its name. Tokens that are for all of the machine may do everything. */
  const isOwn = (name: string, { by }: Asked) => by.path === '' || name.startsWith(`${by.name}-`)
  function own(name: string, asked: Asked): string {
    if (isOwn(name, asked)) return name
    throw Object.assign(new Error(`Pod "${name}" is not one of ${asked.by.name}`), {
      code: 'forbidden',
      hint: `Yours begin with ${asked.by.name}-`,
    })
  }
  /** Members of a group, and the pods whose usage is told, are looked at one by one. */
  const allOwn = (names: string[], asked: Asked) => names.forEach(name => void own(name, asked))
  const handlers: Required<Omit<Handlers, 'info' | 'watch' | 'reach' | 'events' | 'queue'>> = {
    push: (image, asked) => root.push({ ...image, name: own(image.name, asked) }),
    start: (name, params, config, asked) => root.start(own(name, asked), params, config, asked),
    stop: (name, asked) => root.stop(own(name, asked), asked),
    restart: (name, asked) => root.restart(own(name, asked), asked),
    reload: (name, asked) => root.reload(own(name, asked), asked),
    rollback: (name, asked) => root.rollback(own(name, asked), asked),
    wake: (name, asked) => root.wake(own(name, asked), asked),
    sleep: (name, asked) => root.sleep(own(name, asked), asked),
    scale: (name, scale, asked) => root.scale(own(name, asked), scale, asked),
    remove: (name, asked) => root.remove(own(name, asked), asked),
    status: (name, asked) => root.status(own(name, asked), asked),
    env: (name, asked) => root.env(own(name, asked), asked),
    send: (name, text, asked) => root.send(own(name, asked), text, asked),
    group(name, members, asked) {
      allOwn([name, ...Object.keys(members)], asked)
      return root.group(name, members, asked)
    },
    async usage(name, asked) {
      if (name !== undefined) return await root.usage(own(name, asked), asked)
      const { everyMs, points, pods } = await root.usage(undefined, asked)
      // The points are the sum of all pods.
      const isForAll = asked.by.path === ''
      return { everyMs, points: isForAll ? points : [], pods: pods?.filter(({ name }) => isOwn(name, asked)) }
    },
    script: (name, asked) => root.script(own(name, asked), asked),
    output: (name, asked) => root.output(own(name, asked), asked),
    versions: (name, asked) => root.versions(own(name, asked), asked),
    list: async asked => (await root.list(asked)).filter(({ name }) => isOwn(name, asked)),
    runs: async (name, asked) => (await root.runs(name, asked)).filter(({ id }) => isOwn(id, asked)),
    call: (name, fn, args, asked) => root.call(own(name, asked), fn, args, asked),
    async *logs(query) {
      for await (const line of await root.logs(query)) if (isOwn(line.pod ?? '', query)) yield line
    },
    commands: (name, asked) => (name === undefined ? ['whoami'] : root.commands(own(name, asked), asked)),
    command: (name, argv, asked) =>
      name === undefined ? `${asked.by.name}, ${asked.by.role}` : root.command(own(name, asked), argv, asked),
  }
  const { own: root } = p8a.host('tenants', handlers, { others: 'refuse' })
  bus.emit('status', 'up', 'each sees their own')
}
export default pod
