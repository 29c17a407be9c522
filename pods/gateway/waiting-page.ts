// What a browser shows while a pod starts. It asks again by itself, and is there without a script, too.
import type { Exchange } from './exchange.ts'

const refreshS = 1

/** Resolves once the pod is up; a browser that waits for long gets a page meanwhile, and asks again. */
export async function heldWithPage(
  exchange: Exchange,
  ready: Promise<void>,
  { name, page: template, pageAfterMs }: { name: string; page: string | undefined; pageAfterMs: number },
): Promise<void> {
  const { request } = exchange
  if (!wantsPage(request.method, request.headers)) return await ready
  const timer = setTimeout(() => {
    if (!exchange.isOpen) return
    const page = waitingPage(name, { refreshS, template })
    const headers = [
      ...['content-type', 'text/html; charset=utf-8', 'cache-control', 'no-store', 'retry-after', String(refreshS)],
      ...['content-length', String(Buffer.byteLength(page)), 'x-request-id', exchange.id, 'x-p8a-error', 'starting'],
    ]
    exchange.say(503, headers, page)
  }, pageAfterMs)
  await ready.finally(() => clearTimeout(timer))
}

/** Whether a request is that of a browser for a page: only then is there somebody who looks at another one meanwhile. */
function wantsPage(method: string | undefined, headers: Readonly<Record<string, unknown>>): boolean {
  if (method !== 'GET' || headers.upgrade !== undefined) return false
  const mode = headers['sec-fetch-mode']
  if (mode !== undefined) return mode === 'navigate'
  return String(headers.accept ?? '').includes('text/html')
}

/** @param template has `{{name}}` where the name of the pod belongs, and `{{refresh}}` where the seconds do */
function waitingPage(
  name: string,
  { refreshS, template = usualPage }: { refreshS: number; template?: string | undefined },
): string {
  return template.replaceAll('{{name}}', safe(name)).replaceAll('{{refresh}}', String(refreshS))
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const safe = (text: string) => text.replace(/[&<>"]/g, character => escapes[character] ?? '')

const usualPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="{{refresh}}">
<title>{{name}} is starting</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1.1rem/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; margin: 0; text-align: center }
  p { opacity: .7 }
</style>
</head>
<body>
<main role="status">
<h1>{{name}} is starting</h1>
<p>This page goes on by itself.</p>
</main>
</body>
</html>
`
