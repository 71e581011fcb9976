# Sourced by test.sh: a private PostgreSQL and a private Redis, on loopback, with passwords made for this run.
# Each start_* sets its variables on success, or calls `skip NAME REASON`. stop_databases ends what was started.

postgres_pid=""
redis_pid=""

random_password() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 24 || true; }

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    # A connection that is refused means that nobody listens.
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  return 1
}

wait_for_port() {
  local port="$1" pid="$2"
  for _ in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || return 1
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}

postgres_bin() {
  local initdb
  initdb="$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)"
  [ -n "$initdb" ] || initdb="$(command -v initdb || true)"
  [ -n "$initdb" ] && dirname "$initdb"
}

# Packages of a Debian-like system, as root. The services that the packages bring are not started.
install_packages() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
  echo "test: installing $* ..."
  local policy=/usr/sbin/policy-rc.d mine=""
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    mine=1
  fi
  local result=0
  {
    DEBIAN_FRONTEND=noninteractive apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } </dev/null >"$scratch/packages.log" 2>&1 || result=1
  if [ -n "$mine" ]; then
    rm -f "$policy"
  fi
  if [ "$result" != 0 ]; then
    tail -n 5 "$scratch/packages.log" >&2
  fi
  return "$result"
}

# Runs a command as the user that owns the database; PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    "$@"
  fi
}

start_postgres() {
  local bin data="$scratch/postgres" port
  bin="$(postgres_bin)" || { skip postgres "PostgreSQL is not installed"; return; }
  port="$(free_port)" || { skip postgres "no port is free"; return; }
  postgres_password="$(random_password)"
  mkdir -m 700 "$data"
  (umask 077 && printf '%s\n' "$postgres_password" >"$data.password")
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$data" "$data.password"
  fi
  if ! (cd / && as_owner "$bin/initdb" -D "$data" -U test_admin --auth=scram-sha-256 --pwfile="$data.password" -E UTF8 --locale=C --no-sync) >"$scratch/initdb.log" 2>&1; then
    tail -n 5 "$scratch/initdb.log" >&2
    skip postgres "the database could not be created"
    return
  fi
  rm -f "$data.password"
  (cd / && exec_as_owner "$bin/postgres" -D "$data" -c listen_addresses=127.0.0.1 -c "port=$port" -c "unix_socket_directories=$data" -c fsync=off) \
    </dev/null >"$scratch/postgres.log" 2>&1 &
  postgres_pid=$!
  if ! wait_for_port "$port" "$postgres_pid"; then
    tail -n 5 "$scratch/postgres.log" >&2
    skip postgres "PostgreSQL did not start"
    return
  fi
  postgres_port="$port"
}

# Like as_owner, but in place of the current process, so that its pid is the database's.
exec_as_owner() {
  if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    exec "$@"
  fi
}

start_redis() {
  local port
  command -v redis-server >/dev/null 2>&1 || { skip redis "Redis is not installed"; return; }
  port="$(free_port)" || { skip redis "no port is free"; return; }
  redis_password="$(random_password)"
  mkdir -m 700 "$scratch/redis"
  # The configuration goes in on stdin, so that the password is in no file and no argument.
  redis-server - <<CONFIGURATION >"$scratch/redis.log" 2>&1 &
bind 127.0.0.1
port $port
requirepass $redis_password
dir $scratch/redis
save ""
appendonly no
daemonize no
CONFIGURATION
  redis_pid=$!
  if ! wait_for_port "$port" "$redis_pid"; then
    tail -n 5 "$scratch/redis.log" >&2
    skip redis "Redis did not start"
    return
  fi
  redis_port="$port"
}

stop_databases() {
  if [ -n "$postgres_pid" ]; then
    # SIGINT is PostgreSQL's fast shutdown.
    kill -INT "$postgres_pid" 2>/dev/null || true
  fi
  if [ -n "$redis_pid" ]; then
    kill -TERM "$redis_pid" 2>/dev/null || true
  fi
  local pid
  for pid in $postgres_pid $redis_pid; do
    wait "$pid" 2>/dev/null || true
  done
}
