# shellcheck shell=bash
# What the scripts share: finding the tools they need, and installing those that a package manager can.
# Sourced by tests/all.sh and services/demo.sh.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
NODE_NEEDED=20.19

if [ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -lt 44 ]; then
  printf 'error: bash %s is too old: 4.4 or newer is needed.\n' "$BASH_VERSION" >&2
  exit 1
fi

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

# Installs packages of the system. Debian and its kin only; elsewhere it says what is missing.
system_packages() {
  command -v apt-get >/dev/null || die "missing: $*. Install it with your system's package manager and run this again."
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "missing: $*. Install it as root (apt-get install $*) and run this again."
    as_root=(sudo)
  fi
  say "installing $* from the system's packages"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

need_compiler() {
  command -v cc >/dev/null || system_packages build-essential pkg-config
}

# The fuzzer is a library in C++.
need_cxx_compiler() {
  command -v c++ >/dev/null || system_packages g++
}

need_rust() {
  if ! command -v cargo >/dev/null && [ -r "$HOME/.cargo/env" ]; then
    # shellcheck source=/dev/null
    . "$HOME/.cargo/env"
  fi
  command -v cargo >/dev/null || die "missing: cargo. Install Rust (rust-version in Cargo.toml or newer) and run this again."
}

# Formatter and linter come with Rust, but not with every way of installing it.
need_rust_components() {
  local component
  for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 && continue
    command -v rustup >/dev/null || die "missing: cargo $component. Add it to your Rust installation and run this again."
    rustup component add "${component/fmt/rustfmt}"
  done
}

need_node() {
  command -v node >/dev/null || die "missing: node. Install Node $NODE_NEEDED or newer and run this again."
  command -v npm >/dev/null || die "missing: npm. It comes with most packages of Node; install it and run this again."
  local have
  have=$(node --version)
  have=${have#v}
  if [ "$(printf '%s\n%s\n' "$NODE_NEEDED" "$have" | sort -V | head -n 1)" != "$NODE_NEEDED" ]; then
    die "Node $have is too old: $NODE_NEEDED or newer is needed."
  fi
}

# The server's programs, of which tests make clusters of their own. That the package starts one too does not matter.
need_postgres() {
  local initdb
  for initdb in /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$initdb" ] && return 0
  done
  command -v initdb >/dev/null || system_packages postgresql
}

# Finds Chromium, or installs it, and leaves its path in CHROMIUM_PATH.
need_chromium() {
  find_chromium || {
    system_packages chromium
    find_chromium || die "Chromium was installed but is not on the PATH. Set CHROMIUM_PATH to it and run this again."
  }
  export CHROMIUM_PATH
}

find_chromium() {
  if [ -n "${CHROMIUM_PATH:-}" ]; then
    [ -x "$CHROMIUM_PATH" ] || die "CHROMIUM_PATH is $CHROMIUM_PATH, which cannot be run."
    return 0
  fi
  local name
  for name in chromium chromium-browser google-chrome-stable google-chrome; do
    CHROMIUM_PATH=$(command -v "$name") && return 0
  done
  unset CHROMIUM_PATH
  return 1
}

# Finds promtool, or installs it. It comes with Debian's package of Prometheus, whose service is not wanted here and may fail to start.
need_promtool() {
  command -v promtool >/dev/null && return 0
  system_packages prometheus || say "the package prometheus did not install in full; promtool may be there all the same"
  command -v promtool >/dev/null || die "missing: promtool. It comes with Prometheus; install it and run this again."
}

# Whether the compose tool is there. It needs no engine to check a file.
has_compose() {
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null
}

# The compose tool, whichever way it is installed.
compose() {
  if docker compose version >/dev/null 2>&1; then
    docker compose "$@"
  else
    docker-compose "$@"
  fi
}

# Installs a folder's npm packages exactly as its lock file says, unless that was done since the lock file changed.
npm_packages() {
  local folder=$ROOT/$1
  local lock=$folder/package-lock.json done=$folder/node_modules/.package-lock.json
  if [ -f "$done" ] && [ ! "$lock" -nt "$done" ]; then
    return 0
  fi
  say "installing the npm packages of $1"
  # The browser comes from the system, not from Playwright.
  (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
}

# Where cargo puts what it builds.
target_directory() {
  (cd "$ROOT" && cargo metadata --no-deps --format-version 1) |
    node -e 'process.stdout.write(JSON.parse(require("fs").readFileSync(0, "utf8")).target_directory)'
}
