// The smallest useful pod: it says what it was given, and writes a tagged line every so often.
//   pod push local hello etc/examples/hello.js
//   pod start local hello --name Ann --every 500
//   pod logs local hello --tag tick

/** @type {import('p8a').Pod} */
export default async (params, _bus, p8a) => {
  // Params are always texts: --name Ann gives { name: 'Ann' }.
  console.log(`Hello ${params.name ?? 'world'}, I am ${p8a.run} in slot ${p8a.slot}`)

  // p8a.log() puts [tick] at the beginning of the line, so that `pod logs --tag tick` finds it.
  let ticks = 0
  setInterval(() => p8a.log('tick', ++ticks), Number(params.every ?? 5000))
}
