//===- Watchdog.cpp - ends the cluster's work when the controller dies ------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/measure/slurm/Watchdog.h"

#include "schedules/tuning/measure/slurm/Commands.h"

#include <cerrno>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace convwright::schedules::slurm {

/// Reads a line; at the end of the file, which is its maker's end, it cancels.
static std::string script(const std::string &jobName) {
  return "read -r word && exit; scancel --user=" + std::to_string(getuid()) +
         " --name=" + shellQuoted(jobName);
}

Watchdog::Watchdog(const std::string &jobName) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return; // without it, jobs of a killed controller end with the round
  std::string text = script(jobName);
  char shell[] = "sh", option[] = "-c";
  char *arguments[] = {shell, option, text.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID); // Ctrl-C is not meant for it
  bool made = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environ) == 0;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[0]);
  line = ends[1];
  if (!made)
    process = -1;
}

Watchdog::~Watchdog() {
  if (line < 0)
    return;
  if (process > 0) {
    (void)::send(line, "done\n", 5, MSG_NOSIGNAL);
    while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  ::close(line);
}

} // namespace convwright::schedules::slurm
