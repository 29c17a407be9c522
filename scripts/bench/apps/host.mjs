// A pod that is a host, done by the root.
export default (params, _bus, p8a) => {
  p8a.host(params.host)
}
export const add = (a, b) => a + b
