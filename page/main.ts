// The page for people: builds the parts, and hands them to each other.
import { render } from 'preact'
import { Controller } from './controller.ts'
import { App } from './view/app.ts'
import { html } from './view/html.ts'

const controller = new Controller()
const root = document.getElementById('app')
if (root) {
  root.textContent = ''
  render(html`<${App} deskNow=${() => controller.desk()} onDraw=${controller.onDraw} />`, root)
}
void controller.begin()
