//===- Peer.cpp - starts peers' runners and talks to them -----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/bench/Peer.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::bench {
namespace {

/// Preparing the largest rows takes seconds, and a sample of the slowest less than that.
constexpr int answerTimeoutMs = 120'000;

std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> fields;
  std::istringstream stream(text);
  for (std::string field; std::getline(stream, field, separator);)
    fields.push_back(field);
  return fields;
}

/// environ with the command's additions, which win.
std::vector<std::string> environmentOf(const PeerCommand &command) {
  std::vector<std::string> result;
  for (char **variable = environ; *variable; ++variable) {
    std::string text = *variable;
    bool replaced = false;
    for (const auto &[name, value] : command.environment)
      replaced |= text.starts_with(name) && text[name.size()] == '=';
    if (!replaced)
      result.push_back(text);
  }
  for (const auto &[name, value] : command.environment)
    result.push_back(name + "=" + value);
  return result;
}

std::vector<char *> pointersTo(std::vector<std::string> &strings) {
  std::vector<char *> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string &text : strings)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Starts the command with `socket` as its standard input and output.
Result<pid_t> spawn(const PeerCommand &command, int socket) {
  std::vector<std::string> arguments = command.command, environment = environmentOf(command);
  std::vector<char *> argumentPointers = pointersTo(arguments);
  std::vector<char *> environmentPointers = pointersTo(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  pid_t process = -1;
  int status = posix_spawnp(&process, argumentPointers[0], &actions, nullptr,
                            argumentPointers.data(), environmentPointers.data());
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0)
    return Error{"cannot start " + command.command[0] + ": " + std::strerror(status)};
  return process;
}

} // namespace

std::optional<Samples> parseSamples(const std::vector<std::string> &fields) {
  if (fields.size() != 3 || fields[0] != "samples")
    return std::nullopt;
  Samples samples;
  char *end = nullptr;
  samples.bestBurst = std::strtoll(fields[1].c_str(), &end, 10);
  if (*end || samples.bestBurst <= 0)
    return std::nullopt;
  for (const std::string &text : split(fields[2], ',')) {
    double time = std::strtod(text.c_str(), &end);
    bool spoilt = std::strcmp(end, "!") == 0;
    if (!(time > 0) || (*end && !spoilt))
      return std::nullopt;
    (spoilt ? samples.spoilt : samples.clean).push_back(time);
  }
  return samples;
}

Result<std::unique_ptr<Peer>> Peer::start(const PeerCommand &command) {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    return Error{std::string("cannot make a socket pair: ") + std::strerror(errno)};
  Result<pid_t> process = spawn(command, sockets[1]);
  close(sockets[1]);
  std::unique_ptr<Peer> peer(new Peer);
  peer->socket = sockets[0];
  peer->title = command.name;
  if (!process)
    return process.error();
  peer->process = *process;
  Result<std::string> greeting = peer->readLine();
  if (!greeting)
    return greeting.error();
  std::vector<std::string> fields = split(*greeting, '\t');
  if (fields.size() != 3 || fields[0] != "hello")
    return Error{command.name + "'s runner does not speak the bench's protocol; it said '" +
                 *greeting + "'"};
  peer->title = fields[1];
  peer->offered = split(fields[2], ',');
  return peer;
}

Peer::~Peer() { stop(); }

void Peer::stop() {
  if (socket >= 0)
    close(socket); // a healthy runner ends at end of file
  socket = -1;
  if (process < 0)
    return;
  for (int i = 0; i < 50; ++i) {
    if (waitpid(process, nullptr, WNOHANG) == process) {
      process = -1;
      return;
    }
    usleep(10'000);
  }
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  process = -1;
}

Result<std::string> Peer::readLine() {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(answerTimeoutMs);
  for (;;) {
    size_t end = pending.find('\n');
    if (end != pending.npos) {
      std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      return line;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{socket, POLLIN, 0};
    int ready = left.count() > 0 ? poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR)
      continue;
    char buffer[4096];
    ssize_t count = ready > 0 ? read(socket, buffer, sizeof buffer) : 0;
    if (count <= 0) {
      if (process >= 0 && ready == 0)
        kill(process, SIGKILL);
      stop();
      return Error{title + "'s runner " + (ready == 0 ? "did not answer in time" : "ended")};
    }
    pending.append(buffer, count);
  }
}

Result<std::vector<std::string>> Peer::ask(const std::string &line) {
  if (!alive())
    return Error{title + "'s runner is not running"};
  std::string message = line + "\n";
  if (send(socket, message.data(), message.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(message.size())) {
    stop();
    return Error{title + "'s runner ended"};
  }
  Result<std::string> answer = readLine();
  if (!answer)
    return answer.error();
  return split(*answer, '\t');
}

Result<Peer::Handle> Peer::prepare(const std::string &mode, const std::string &problem) {
  auto fields = ask("prepare\t" + mode + "\t" + problem);
  if (!fields)
    return fields.error();
  if (fields->size() == 3 && fields->at(0) == "ready")
    return Handle{static_cast<int>(std::strtol(fields->at(1).c_str(), nullptr, 10)), fields->at(2)};
  return Error{fields->size() > 1 ? fields->at(1) : "refused"};
}

Result<Samples> Peer::run(const Handle &handle, int count, int64_t knownBurst) {
  auto fields = ask("run\t" + std::to_string(handle.id) + "\t" + std::to_string(count) + "\t" +
                    std::to_string(knownBurst));
  if (!fields)
    return fields.error();
  if (auto samples = parseSamples(*fields))
    return *samples;
  return Error{fields->size() == 2 ? fields->at(1) : "a malformed answer"};
}

void Peer::drop(const Handle &handle) {
  if (alive())
    (void)static_cast<bool>(ask("drop\t" + std::to_string(handle.id)));
}

} // namespace convwright::bench
