// The same in CommonJS: `module.exports` is the pod, or has it as `default` beside what else is exported.
//   pod push local old etc/examples/commonjs.cjs
//   pod start local old
//   pod call local old platform
const os = require('node:os')

module.exports = {
  default: async params => console.log(`Up on ${os.platform()} with ${JSON.stringify(params)}`),
  platform: () => os.platform(),
  config: { stopTimeout: '3s' },
}
