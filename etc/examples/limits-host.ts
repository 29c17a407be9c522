// A host that does what the root does, but refuses more pods than its limit. It handles one verb; all others are the root's.
//   pod push local limits etc/examples/limits-host.ts
//   pod start local limits --pods 3
//   pod remote add small http://localhost:3000 --path small
//   pod push small hello etc/examples/hello.js      and the fourth pod is refused
import type { Image, Pod } from 'p8a'

const pod: Pod = (params, bus, p8a) => {
  const limit = Number(params.pods ?? 3)
  async function push(image: Image) {
    const pods = await small.own.list()
    if (pods.length >= limit && !pods.some(({ name }) => name === image.name)) {
      throw Object.assign(
        new Error(`Cannot push "${image.name}": there are ${pods.length} pods, the limit is ${limit}`),
        { code: 'unsupported', hint: 'Remove one first' },
      )
    }
    return await small.own.push(image)
  }
  /** One push after the other: two at the same moment would both find room for one. */
  let last: Promise<unknown> = Promise.resolve()
  const small = p8a.host('small', {
    push(image) {
      const pushed = last.then(() => push(image))
      last = pushed.catch(() => {})
      return pushed
    },
  })
  bus.emit('status', 'up', `at most ${limit} pods at ${small.path}`)
}
export default pod
