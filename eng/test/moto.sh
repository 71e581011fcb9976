# Sourced by test.sh, after databases.sh: moto, a stand-in for AWS that checks signatures and IAM policies.
# It is taken from the packages of this system, or of a newer release of it, into a folder of its own (artifacts/moto, which git ignores);
# nothing is installed. prepare_moto may run beside other work; start_moto sets moto_port, moto_key_id and moto_secret, or calls `skip moto REASON`.

moto_pid=""
moto_port=""
moto_folder="$root/artifacts/moto"
moto_python=/usr/bin/python3
moto_packages=(python3-moto python3-flask-cors)

# Says why it failed in the last line of its output.
prepare_moto() {
  [ -x "$moto_python" ] || { echo "/usr/bin/python3 is not installed"; return 1; }
  if moto_imports "" || { [ -f "$moto_folder/complete" ] && moto_imports "$moto_folder/lib"; }; then
    return 0
  fi
  command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || { echo "python3-moto is not installed, and this system has no apt to get it with"; return 1; }
  rm -rf "$moto_folder"
  local work="$scratch/moto-apt" packages
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs" "$moto_folder/lib"
  moto_sources "$work" || return 1
  moto_apt "$work" apt-get update -qq >"$work/log" 2>&1 || { echo "the package lists of ${moto_suite:-this system} cannot be fetched"; return 1; }
  # What is installed already is used as it is; the rest comes from this system's own release where that has it.
  packages="$(moto_apt "$work" apt-get install -s --no-install-recommends "${moto_packages[@]}" 2>>"$work/log" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' || true)"
  [ -n "$packages" ] || { echo "python3-moto is not among the packages of this system or of its next release"; return 1; }
  if grep -qE '^(libc6|python3|python3\.[0-9]+)$' <<<"$packages"; then
    echo "python3-moto would need another Python than this system's"
    return 1
  fi
  # shellcheck disable=SC2086
  (cd "$work/debs" && moto_apt "$work" apt-get download $packages >>"$work/log" 2>&1) || { echo "the packages of moto cannot be fetched"; return 1; }
  local package
  for package in "$work"/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$moto_folder/lib" --strip-components=5 --wildcards './usr/lib/python3/dist-packages/*' 2>>"$work/log" || true
  done
  rm -rf "$work"
  moto_imports "$moto_folder/lib" || { echo "the packages of moto do not work with this system's Python"; return 1; }
  : >"$moto_folder/complete"
}

moto_imports() {
  PYTHONPATH="$1" PYTHONDONTWRITEBYTECODE=1 "$moto_python" -W ignore -c 'import flask_cors, moto.iam.models, moto.moto_server.werkzeug_app' >/dev/null 2>&1
}

# This system's own sources, and those of the first release that has moto from the same place.
moto_sources() {
  local work="$1" id codename place keyring="" own
  # shellcheck disable=SC1091
  id="$(. /etc/os-release && echo "${ID:-}")"
  codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  own="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null | sort -u || true)"
  place="$(awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }' <<<"$own")"
  [ -n "$place" ] || { echo "apt has no source for $codename"; return 1; }
  case "$id-$codename" in
    debian-bookworm | debian-bullseye) moto_suite=trixie ;;
    ubuntu-*) moto_suite=devel ;;
    *) moto_suite="$codename" ;;
  esac
  [ ! -f "/usr/share/keyrings/$id-archive-keyring.gpg" ] || keyring="[signed-by=/usr/share/keyrings/$id-archive-keyring.gpg] "
  local components=main
  [ "$id" != ubuntu ] || components="main universe"
  {
    echo "deb $keyring$place $codename $components"
    [ "$moto_suite" = "$codename" ] || echo "deb $keyring$place $moto_suite $components"
  } >"$work/sources.list"
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 900\n\nPackage: *\nPin: release *\nPin-Priority: 400\n' "$codename" >"$work/preferences"
}

# apt with lists, caches and sources of its own.
moto_apt() {
  local work="$1" command="$2"
  shift 2
  "$command" \
    -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o "Dir::Etc::preferences=$work/preferences" -o Dir::Etc::preferencesparts=/dev/null \
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" \
    -o Debug::NoLocking=true -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success= "$@" </dev/null
}

start_moto() {
  local why="$1" port lib="" keys="$scratch/moto.keys"
  if [ -n "$why" ]; then
    skip moto "$why"
    return
  fi
  moto_imports "" || lib="$moto_folder/lib"
  port="$(free_port)" || { skip moto "no port is free"; return; }
  PYTHONPATH="$lib" PYTHONDONTWRITEBYTECODE=1 "$moto_python" eng/test/serve_moto.py "$port" "$keys" </dev/null >"$scratch/moto.log" 2>&1 &
  moto_pid=$!
  if ! wait_for_port "$port" "$moto_pid"; then
    tail -n 5 "$scratch/moto.log" >&2
    skip moto "moto did not start"
    return
  fi
  read -r moto_key_id moto_secret <"$keys"
  rm -f "$keys"
  moto_port="$port"
}

stop_moto() {
  if [ -n "$moto_pid" ]; then
    kill -TERM "$moto_pid" 2>/dev/null || true
    wait "$moto_pid" 2>/dev/null || true
  fi
}
