// What to push a folder with, where nothing in it is for Node: the files that projects of other languages have tell.

/** Files by what starts such a folder, the first that is there counts. `$PORT` is the variable of the run. */
const ways: readonly (readonly [file: string, options: string])[] = [
  ['go.mod', `--build 'go build -o app .' --command ./app`],
  ['Cargo.toml', `--build 'cargo build --release' --command target/release/NAME`],
  ['manage.py', `--command 'python3 manage.py runserver $PORT'`],
  ['bin/rails', `--command 'bin/rails server -p $PORT'`],
  ['config.ru', `--command 'bundle exec rackup -p $PORT'`],
  ['Gemfile', `--command 'bundle exec ruby FILE'`],
  ['artisan', `--command 'php artisan serve --port $PORT'`],
  ['public/index.php', `--command 'php -S 127.0.0.1:$PORT -t public'`],
  ['index.php', `--command 'php -S 127.0.0.1:$PORT'`],
  ['mix.exs', `--command 'mix run --no-halt'`],
  ['pom.xml', `--build 'mvn package' --command 'java -jar target/NAME.jar'`],
  ['deno.json', `--command 'deno task start'`],
  [
    'requirements.txt',
    `--build 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt' --command '.venv/bin/python FILE'`,
  ],
  ['app.py', `--command 'python3 app.py'`],
  ['main.py', `--command 'python3 main.py'`],
  ['pyproject.toml', `--command 'python3 FILE'`],
]

/** @returns which file of another language is there, and the options that start such a folder */
export async function otherWay(
  isFile: (path: string) => Promise<boolean>,
): Promise<{ file: string; options: string } | undefined> {
  for (const [file, options] of ways) if (await isFile(file)) return { file, options }
  return undefined
}
