#!/bin/sh
# `npm run demo`, `npm test`, `npm run bench`: sets up what they need on a machine that has only Node and npm, then hands over to
# scripts/NAME.ts under the Node that package.json pins. Second runs find everything in caches.
set -eu
cd "$(dirname "$0")/.."
name=$1
shift

say() { printf '== %s\n' "$*"; }

if [ "$(uname -s)" != Linux ]; then
  echo "This needs Linux: the testbed boots machines with systemd-nspawn." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Run this as root, or install sudo: the testbed makes network name spaces and mounts." >&2; exit 1; }
  say "continuing as root by sudo"
  exec sudo --preserve-env=CI,PATH,HOME sh scripts/prepare.sh "$name" "$@"
fi

# npm's own lock copy says what is installed; it is older than the lock file after a pull that changed packages.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error
fi

node=node_modules/.bin/node
if ! "$node" --version >/dev/null 2>&1; then
  echo "npm did not install the Node this project pins (package node-linux-$(uname -m), an optional dependency)." >&2
  echo "Only x86_64 and aarch64 are served; on those, delete node_modules and try again." >&2
  exit 1
fi
# Programs started further down find the same Node first.
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
exec node "scripts/$name.ts" "$@"
