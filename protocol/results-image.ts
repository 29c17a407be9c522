// The results of the methods about images, as shapes: see results.ts.
import type { imageMethods } from './methods/image.ts'
import type { Shape } from './shape.ts'

const text = { type: 'string' } as const
const whole = { type: 'integer' } as const

const object = (required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
})
const list = (items: Shape): Shape => ({ type: 'array', items })

const use = () => object({ pod: text, version: whole, runs: whole })
const image = () =>
  object(
    { hash: text, size: whole, holds: { enum: ['code', 'folder', 'link'] }, kind: text, file: text, uses: list(use()) },
    { problem: text },
  )
const file = () => object({ path: text }, { hash: text, size: whole, x: { type: 'boolean' }, link: text })

export const imageResults = {
  'image.list': () => object({ images: list(image()) }),
  'image.show': () =>
    object(
      {
        name: text,
        version: whole,
        hash: text,
        size: whole,
        holds: { enum: ['code', 'folder'] },
        file: text,
        push: { type: 'object', additionalProperties: {} },
        files: list(file()),
      },
      { message: text },
    ),
  'image.bytes': () => object({ data: text, size: whole }),
  'image.prune': () =>
    object({ images: list(text), versions: list(object({ pod: text, version: whole })), files: whole, bytes: whole }),
} as const satisfies Record<keyof typeof imageMethods, () => Shape>
