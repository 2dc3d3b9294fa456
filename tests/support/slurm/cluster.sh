#!/usr/bin/env bash
# A Slurm of several nodes on this machine, without systemd, all of it under one folder.
#
# usage: cluster.sh start DIR NODE:FEATURE[,FEATURE...]...   prints the path of slurm.conf; exit 77: cannot run here
#        cluster.sh stop DIR            ends every process of the cluster, by its pid files
#        cluster.sh lose DIR NODE       the node's power fails: all its processes are gone at once
#        cluster.sh repair DIR NODE     the node comes back
#        cluster.sh stop-controller DIR, start-controller DIR
#
# Debian: slurmctld slurmd slurm-client munge.
set -euo pipefail

say() { printf 'cluster: %s\n' "$*" >&2; }
skip() { say "$*"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin

[ $# -ge 2 ] || { say "usage: cluster.sh start|stop|lose|repair|stop-controller|start-controller DIR ..."; exit 2; }
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
export SLURM_CONF=$dir/slurm.conf

free_ports() { # that many different ports which nobody listens at
  python3 - "$1" <<'PYTHON'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in held:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in held))
PYTHON
}

configure() { # NODE:FEATURES...
  local ports node i=1
  read -ra ports < <(free_ports $(($# + 1)))
  sed -e "s#@DIR@#$dir#g; s#@HOST@#$(hostname -s)#g; s#@USER@#$(id -un)#g; s#@PORT@#${ports[0]}#g" \
    "$here/slurm.conf.in" >"$SLURM_CONF"
  for node in "$@"; do
    printf 'NodeName=%s NodeAddr=127.0.0.1 NodeHostname=%s Port=%s CPUs=2 RealMemory=2000 Feature=%s\n' \
      "${node%%:*}" "$(hostname -s)" "${ports[i++]}" "${node#*:}"
  done >>"$SLURM_CONF"
  printf 'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO\n' >>"$SLURM_CONF"
  printf 'CgroupPlugin=autodetect\n' >"$dir/cgroup.conf"
}

start_munge() {
  dd if=/dev/urandom of="$dir/munge/munge.key" bs=1 count=1024 status=none
  chmod 400 "$dir/munge/munge.key"
  munged --force --key-file="$dir/munge/munge.key" --socket="$dir/munge/munge.sock" --num-threads=4 \
    --pid-file="$dir/munge/munged.pid" --log-file="$dir/munge/munged.log" --seed-file="$dir/munge/seed"
}

start_controller() { slurmctld "$@" -f "$SLURM_CONF" || { tail -5 "$dir/log/slurmctld.log" >&2; return 1; }; }

start_node() { # NODE
  slurmd -N "$1" -f "$SLURM_CONF" || { tail -5 "$dir/log/slurmd-$1.log" >&2; return 1; }
}

await_nodes() { # COUNT: idle ones
  for _ in $(seq 1200); do
    [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" -ge "$1" ] && return
    sleep 0.05
  done
  say "the nodes did not come up:"
  sinfo -N -l >&2 || true
  return 1
}

start() { # NODE:FEATURES...
  local program node
  for program in slurmctld slurmd munged sbatch python3; do
    command -v "$program" >/dev/null || skip "$program is not installed"
  done
  mkdir -p "$dir"/{state,log,munge}
  chmod 755 "$dir" "$dir/munge"
  configure "$@"
  start_munge || skip "munged does not start"
  start_controller -c || skip "slurmctld does not start"
  for node in "$@"; do
    mkdir -p "$dir/spool-${node%%:*}"
    start_node "${node%%:*}" || skip "slurmd does not start"
  done
  await_nodes $# || { stop; skip "no node became idle"; }
  printf '%s\n' "$SLURM_CONF"
}

alive() { # PID: and not merely waiting for its parent to take note of its end
  [[ $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) == [!ZX]* ]]
}

end_process() { # PIDFILE [SIGNAL]
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] || return 0
  kill "${2:--TERM}" "$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do
    alive "$pid" || return 0
    sleep 0.05
  done
  kill -KILL "$pid" 2>/dev/null || true
}

node_processes() { # NODE|'*': its step daemons (they write its log) and what they run (by their environment)
  { find /proc/[0-9]*/fd -lname "$dir/log/slurmd-$1.log" 2>/dev/null || true
    grep -lz "^SLURMD_NODENAME=${1/\*/.*}$" /proc/[0-9]*/environ 2>/dev/null |
      xargs -r grep -lzxF "SLURM_CONF=$SLURM_CONF" 2>/dev/null || true
  } | cut -d/ -f3 | sort -u
}

kill_processes() { # NODE|'*'
  local pids
  mapfile -t pids < <(node_processes "$1")
  [ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
}

stop() {
  local file
  for file in "$dir"/slurmctld.pid "$dir"/slurmd-*.pid; do end_process "$file" -KILL; done
  kill_processes '*'
  end_process "$dir/munge/munged.pid"
}

case $action in
  start) start "$@" ;;
  stop) stop ;;
  lose)
    end_process "$dir/slurmd-$1.pid" -KILL
    kill_processes "$1"
    scontrol update NodeName="$1" State=DOWN Reason="lost" ;;
  repair)
    start_node "$1"
    scontrol update NodeName="$1" State=RESUME 2>/dev/null || true ;;
  stop-controller) end_process "$dir/slurmctld.pid" ;; # in order: it saves its state
  start-controller) start_controller ;;
  *) say "unknown action '$action'"; exit 2 ;;
esac
