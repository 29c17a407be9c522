// A JSON file is imported as its value, and goes into the bundle.
//   pod push local greetings etc/examples/greetings.ts
//   pod start local greetings --language fr
//   pod logs local greetings                  Bonjour
import type { Params } from 'p8a'
import greetings from './greetings.json' with { type: 'json' }

const texts: Record<string, string> = greetings

export default async (params: Params) => {
  const language = params.language ?? 'en'
  const text = texts[language]
  if (text === undefined) throw new Error(`No greeting in ${language}: there are ${Object.keys(texts).join(', ')}`)
  console.log(text)
}
