#!/usr/bin/env bash
# Runs the example: five MCP servers that really authenticate, one workflow, a key changed in the middle, the proof at the end.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^1[0-9]\.'; then
  echo "demo: the .NET 10 SDK is needed. Get it from https://dotnet.microsoft.com/download." >&2
  exit 1
fi
if ! command -v node >/dev/null 2>&1; then
  echo "demo: node 20 or newer is needed, for the five sample servers. Get it from https://nodejs.org." >&2
  exit 1
fi
if [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" != true ]; then
  echo "demo: node 20 or newer is needed; this is $(node --version)." >&2
  exit 1
fi

exec "$root/agentruntime" demo "$@"
