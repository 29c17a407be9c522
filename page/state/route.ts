// Where in the page somebody is, as the fragment of its address says: `#/pods/inner.web/log`. Pure.

export const views = ['pods', 'runs', 'events', 'logs', 'queues', 'routes', 'hosts', 'access'] as const
export type View = (typeof views)[number]

export const tabs = ['overview', 'log', 'versions', 'runs', 'events'] as const
export type Tab = (typeof tabs)[number]

/** `pod`: the full name of the one that is open. */
export type Route = { view: View; pod?: string; tab: Tab }

/** Anything that is no place is the list of pods. */
export function routeOf(fragment: string): Route {
  const [first, pod, tab] = fragment.replace(/^#\/?/, '').split('/')
  const view = views.find(one => one === first) ?? 'pods'
  const name = view === 'pods' ? decoded(pod ?? '') : ''
  return { view, tab: tabs.find(one => one === tab) ?? 'overview', ...(name === '' ? {} : { pod: name }) }
}

export function fragmentOf({ view, pod, tab = 'overview' }: { view: View; pod?: string; tab?: Tab }): string {
  if (pod === undefined) return `#/${view}`
  return `#/pods/${encodeURIComponent(pod)}${tab === 'overview' ? '' : `/${tab}`}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
