// A host that does what the root does, but refuses more pods than its limit. It handles one verb; all others are the root's.
//   pod push local limits etc/examples/limits-host.ts
//   pod start local limits --pods 3
//   pod remote add small http://localhost:3000 --path small
//   pod push small hello etc/examples/hello.js      and the fourth pod is refused
import type { Pod } from 'p8a'

const pod: Pod = (params, bus, p8a) => {
  const limit = Number(params.pods ?? 3)
  const small = p8a.host('small', {
    async push(image) {
      const pods = await small.own.list()
      if (pods.length >= limit && !pods.some(({ name }) => name === image.name)) {
        throw Object.assign(
          new Error(`Cannot push "${image.name}": there are ${pods.length} pods, the limit is ${limit}`),
          {
            code: 'unsupported',
            hint: 'Remove one first',
          },
        )
      }
      return await small.own.push(image)
    },
  })
  bus.emit('status', 'up', `at most ${limit} pods at ${small.path}`)
}
export default pod
