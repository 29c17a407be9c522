// Frameworks with a build, as their own starters write them.
import type { Program } from './program.ts'

export const frameworks: readonly Program[] = [
  {
    name: 'next',
    packages: ['next', 'react', 'react-dom'],
    manifest: { scripts: { dev: 'next dev', build: 'next build', start: 'next start' } },
    files: {
      'app/layout.js': 'export default function Root({ children }) { return <html><body>{children}</body></html> }',
      'app/page.js':
        "export const dynamic = 'force-dynamic'\nexport default function Page() { return <h1>hello next</h1> }",
      'public/a.txt': 'a',
      '.gitignore': '/node_modules\n/.next/\n/out/\n/build\n.env*\n',
    },
    answers: { with: 'hello next', withinS: 20 },
    pm2: ['npm', '--', 'start'],
  },
  {
    name: 'nuxt',
    packages: ['nuxt', 'vue'],
    manifest: {
      type: 'module',
      scripts: {
        build: 'nuxt build',
        dev: 'nuxt dev',
        generate: 'nuxt generate',
        preview: 'nuxt preview',
        postinstall: 'nuxt prepare',
      },
    },
    files: {
      'app/app.vue': '<template><h1>hello nuxt</h1></template>',
      'nuxt.config.ts': 'export default defineNuxtConfig({ telemetry: false })',
      '.gitignore': '.output\n.data\n.nuxt\n.nitro\n.cache\ndist\nnode_modules\n.env\n',
    },
    answers: { with: 'hello nuxt', withinS: 20 },
    pm2: ['.output/server/index.mjs'],
  },
  {
    name: 'sveltekit',
    packages: [],
    devPackages: ['@sveltejs/kit', '@sveltejs/adapter-node@5', '@sveltejs/vite-plugin-svelte@6', 'svelte', 'vite@7'],
    manifest: {
      type: 'module',
      scripts: { dev: 'vite dev', build: 'vite build', preview: 'vite preview', prepare: 'svelte-kit sync || echo ""' },
    },
    files: {
      'svelte.config.js':
        "import adapter from '@sveltejs/adapter-node'\nexport default { kit: { adapter: adapter() } }",
      'vite.config.js':
        "import { sveltekit } from '@sveltejs/kit/vite'\nimport { defineConfig } from 'vite'\nexport default defineConfig({ plugins: [sveltekit()] })",
      'src/app.html': '<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
      'src/routes/+page.svelte': '<h1>hello svelte</h1>',
      '.gitignore': 'node_modules\n/.svelte-kit\n/build\n.env\n',
    },
    answers: { with: 'hello svelte' },
    pm2: ['build/index.js'],
  },
  {
    name: 'nest',
    packages: ['@nestjs/core', '@nestjs/common', '@nestjs/platform-express', 'reflect-metadata', 'rxjs'],
    devPackages: ['@nestjs/cli', 'typescript@5', '@types/node'],
    manifest: {
      scripts: {
        build: 'nest build',
        start: 'nest start',
        'start:dev': 'nest start --watch',
        'start:prod': 'node dist/main',
      },
    },
    files: {
      'nest-cli.json': '{"collection":"@nestjs/schematics","sourceRoot":"src","compilerOptions":{"deleteOutDir":true}}',
      'tsconfig.json':
        '{"compilerOptions":{"module":"commonjs","target":"ES2023","emitDecoratorMetadata":true,"experimentalDecorators":true,"outDir":"./dist","rootDir":"./src","esModuleInterop":true,"skipLibCheck":true}}',
      'src/app.controller.ts': `import { Controller, Get, Injectable } from '@nestjs/common'
@Injectable() export class Words { hello() { return 'hello nest' } }
@Controller() export class AppController { constructor(private readonly words: Words) {} @Get() hi() { return this.words.hello() } }`,
      'src/main.ts': `import { Module } from '@nestjs/common'; import { NestFactory } from '@nestjs/core'; import { AppController, Words } from './app.controller'
@Module({ controllers: [AppController], providers: [Words] }) class AppModule {}
async function bootstrap() { const app = await NestFactory.create(AppModule); app.enableShutdownHooks(); await app.listen(process.env.PORT ?? 3000) }
bootstrap()`,
      '.gitignore': '/dist\n/node_modules\n',
    },
    answers: { with: 'hello nest' },
    pm2: ['dist/main.js'],
  },
  {
    name: 'astro',
    packages: ['astro@5', '@astrojs/node@9'],
    manifest: {
      type: 'module',
      scripts: { dev: 'astro dev', build: 'astro build', preview: 'astro preview', astro: 'astro' },
    },
    files: {
      'astro.config.mjs':
        "import node from '@astrojs/node'\nexport default { output: 'server', adapter: node({ mode: 'standalone' }) }",
      'src/pages/index.astro': '---\nconst x = 1\n---\n<html><body>hello astro</body></html>',
      '.gitignore': 'dist/\n.astro/\nnode_modules/\n',
    },
    answers: { with: 'hello astro' },
    pm2: ['dist/server/entry.mjs'],
  },
  {
    name: 'react-router',
    packages: [
      'react-router@7.18.4',
      '@react-router/node@7.18.4',
      '@react-router/serve@7.18.4',
      'isbot',
      'react',
      'react-dom',
    ],
    devPackages: ['@react-router/dev@7.18.4', 'vite@7', 'typescript@5'],
    manifest: {
      type: 'module',
      scripts: {
        build: 'react-router build',
        dev: 'react-router dev',
        start: 'react-router-serve ./build/server/index.js',
      },
    },
    files: {
      'vite.config.ts':
        "import { reactRouter } from '@react-router/dev/vite'\nimport { defineConfig } from 'vite'\nexport default defineConfig({ plugins: [reactRouter()] })",
      'app/routes.ts': "import { index } from '@react-router/dev/routes'\nexport default [index('home.tsx')]",
      'app/home.tsx': 'export default function Home() { return <h1>hello router</h1> }',
      'app/root.tsx':
        'import { Outlet, Scripts } from \'react-router\'\nexport default function App() { return <html lang="en"><body><Outlet /><Scripts /></body></html> }',
      '.gitignore': 'node_modules\n/build\n/.react-router\n.env\n',
    },
    answers: { with: 'hello router' },
    pm2: ['npm', '--', 'start'],
  },
  {
    name: 'nitro',
    packages: ['nitropack'],
    manifest: {
      scripts: {
        build: 'nitro build',
        dev: 'nitro dev',
        prepare: 'nitro prepare',
        preview: 'node .output/server/index.mjs',
      },
    },
    files: {
      'nitro.config.ts': "export default defineNitroConfig({ srcDir: 'server', compatibilityDate: '2026-01-01' })",
      'server/routes/index.ts': "export default eventHandler(() => 'hello nitro')",
      '.gitignore': 'node_modules\n.output\n.nitro\ndist\n',
    },
    answers: { with: 'hello nitro' },
    pm2: ['.output/server/index.mjs'],
  },
  {
    name: 'vite-preview',
    packages: ['vite'],
    manifest: { type: 'module', scripts: { build: 'vite build', start: 'vite preview --port $PORT --host 127.0.0.1' } },
    files: { 'index.html': '<h1>hello vite</h1>', '.gitignore': 'node_modules\ndist\n' },
    answers: { with: 'hello vite' },
    pm2: ['npm', '--', 'start'],
  },
  {
    name: 'prisma',
    packages: ['@prisma/client', 'prisma', '@prisma/adapter-better-sqlite3'],
    manifest: { type: 'module', scripts: { build: 'prisma generate && prisma db push', start: 'node server.js' } },
    files: {
      'prisma.config.ts':
        "import { defineConfig } from 'prisma/config'\nexport default defineConfig({ schema: 'schema.prisma', datasource: { url: 'file:./app.db' } })",
      'schema.prisma':
        'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "sqlite"\n}\nmodel Hit {\n  id Int @id @default(autoincrement())\n}\n',
      'server.js': `import { createServer } from 'node:http'; import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'; import { PrismaClient } from '@prisma/client'
const db = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: 'file:./app.db' }) })
createServer(async (q, r) => r.end('hits ' + (await db.hit.count()))).listen(process.env.PORT)`,
    },
    answers: { with: 'hits 0' },
    pm2: ['server.js'],
  },
]
