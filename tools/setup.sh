#!/usr/bin/env bash
# Installs what building and testing Convwright needs on Debian 12 and a bare machine lacks.
#
# usage: tools/setup.sh [--check]
#   --check   install nothing; exit 1 and list what is missing
#
# Debian packages are pinned to an upstream version, PyPI packages to an exact one. The Halide wheel
# and a Python environment go under build/deps/; nothing is written elsewhere but by apt. Quick (under
# a second) when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

# package[=version pattern]
debian=(
  cmake=3.25.* ninja-build g++ git ccache=4.* python3 python3-venv
  clang-22=1:22.1.* lld-22=1:22.1.* llvm-22-dev=1:22.1.* llvm-22-tools=1:22.1.*
  libmlir-22-dev=1:22.1.* mlir-22-tools=1:22.1.* libclang-rt-22-dev=1:22.1.*
  clang-format-22=1:22.1.* clang-tidy-22=1:22.1.*
  libzstd-dev zlib1g-dev libpng-dev
  libcli11-dev=2.1.* nlohmann-json3-dev=3.11.* libxgboost-dev=1.7.4-* libdlpack-dev=0.6-* libgtest-dev=1.12.* libgmock-dev=1.12.*
  libdnnl-dev=2.6.3* pocl-opencl-icd=3.1-* ocl-icd-libopencl1
  g++-aarch64-linux-gnu qemu-user=1:7.2*
  openssh-client=1:9.2* openssh-server=1:9.2*
  slurmctld=22.05.* slurmd=22.05.* slurm-client=22.05.* munge=0.5.15-*
  chromium fonts-dejavu-core=2.37-* # a browser has one version at a time in Debian: the newest
)
halide=halide==21.0.0
python=(numpy==2.2.6 opencv-python-headless==4.12.0.88 nvidia-cuda-nvcc==13.5.37
  onnx==1.17.0) # its tests of operators

missing_packages() {
  local entry name pattern version
  for entry in "${debian[@]}"; do
    name=${entry%%=*}
    pattern='*'
    [ "$name" = "$entry" ] || pattern=${entry#*=}
    version=$(dpkg-query -W -f='${db:Status-Status} ${Version}' "$name" 2>/dev/null || true)
    # shellcheck disable=SC2053  # the right-hand side is a pattern
    [[ $version == installed\ $pattern ]] || printf '%s\n' "$entry"
  done
}

halide_root=build/deps/halide
halide_stamp=$halide_root/.installed
venv=build/deps/venv
venv_stamp=$venv/.installed

mapfile -t packages < <(missing_packages)
need_halide=no
[ "$(cat "$halide_stamp" 2>/dev/null)" = "$halide" ] || need_halide=yes
need_python=no
[ "$(cat "$venv_stamp" 2>/dev/null)" = "${python[*]}" ] || need_python=yes

if [ "${1:-}" = --check ]; then
  [ ${#packages[@]} -eq 0 ] || say "missing Debian packages: ${packages[*]}"
  [ $need_halide = no ] || say "missing: $halide under $halide_root"
  [ $need_python = no ] || say "missing: ${python[*]} under $venv"
  [ ${#packages[@]} -eq 0 ] && [ $need_halide = no ] && [ $need_python = no ]
  exit
fi

if [ ${#packages[@]} -gt 0 ]; then
  say "installing ${#packages[@]} Debian packages: ${packages[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "run as root, or install sudo, to add Debian packages"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${packages[@]}" >/dev/null || die "apt-get could not install: ${packages[*]}"
fi

if [ $need_halide = yes ]; then
  say "installing $halide under $halide_root"
  rm -rf "$halide_root"
  [ -x "$venv/bin/pip" ] || /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check --no-deps --only-binary=:all: \
    --target "$halide_root" "$halide"
  printf '%s\n' "$halide" >"$halide_stamp"
fi

if [ $need_python = yes ]; then
  say "installing ${python[*]} under $venv"
  [ -x "$venv/bin/pip" ] || /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check "${python[@]}"
  printf '%s\n' "${python[*]}" >"$venv_stamp"
fi

say "all there"
