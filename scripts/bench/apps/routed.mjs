// A pod that gateways reach by the route that it is given.
export const config = { listen: 'auto' }

const body = 'a'.repeat(1024)

export const fetch = () => new Response(body)
