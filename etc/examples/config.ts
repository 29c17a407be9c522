// A pod's policy. It is read at push without running the code, so it must be a plain literal; options of `pod start`
// override it. This pod does a piece of work and ends.
//   pod push local work etc/examples/config.ts
//   pod start local work
//   pod status local work            idle, "finished": it has ended with code 0, and "on-failure" leaves it at that
//   pod start local work --fail yes  error: it gives up after three attempts that end with code 1
import type { Config, Params } from 'p8a'

export const config = {
  restart: 'on-failure',
  giveUp: 'after 3',
  startTimeout: '20s',
  stopTimeout: '2s',
  check: { interval: '30s', timeout: '5s', failures: 2 },
  env: { LEVEL: 'high' },
} satisfies Config

export default async (params: Params) => {
  console.log(`Working at level ${process.env.LEVEL}`)
  // A pod with nothing left to do stays up. One that is through says so.
  process.exit(params.fail === 'yes' ? 1 : 0)
}
