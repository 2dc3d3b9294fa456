//===- ParallelCompile.cpp - kernels compiled in child processes ---------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/Emit/ParallelCompile.h"

#include "compiler/Emit/KernelTransfer.h"
#include "compiler/Emit/Mapped.h"
#include "compiler/Emit/Names.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using convwright::schedules::CompiledKernel;
using convwright::schedules::Error;
using convwright::schedules::Result;

namespace convwright::compiler {

namespace {

/// A child process that compiles one kernel, and what it has sent so far.
struct Child {
  const CompileJob *job;
  pid_t process;
  int pipe;
  std::string bytes;
};

/// The child's whole life.
[[noreturn]] void compileAndExit(const CompileJob &job, const std::string &library,
                                 const KernelCompiler &compile, int pipe) {
  // The parent decides what an interruption means, and does not leave us behind.
  signal(SIGINT, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string bytes =
      toBytes(compile(job, kernelSymbol(library, *job.layer, job.program->target, job.step)));
  for (std::string_view rest = bytes; !rest.empty();) {
    ssize_t written = write(pipe, rest.data(), rest.size());
    if (written < 0 && errno != EINTR)
      _exit(1);
    rest.remove_prefix(written < 0 ? 0 : static_cast<size_t>(written));
  }
  _exit(0);
}

std::string describe(const CompileJob &job) {
  return "layer " + job.layer->name + ", target " + job.program->target.name + ", algorithm " +
         job.layer->steps[job.step].choice.plan.algorithm;
}

class ChildPool {
public:
  ChildPool(const std::vector<CompileJob> &jobs, const EmitOptions &options,
            const KernelCompiler &compile)
      : jobs(jobs), options(options), compile(compile) {
    size_t wanted = options.jobs ? options.jobs : std::thread::hardware_concurrency();
    most = std::clamp<size_t>(wanted, 1, std::max<size_t>(jobs.size(), 1));
  }

  ~ChildPool() {
    for (const Child &child : children) {
      kill(child.process, SIGKILL);
      close(child.pipe);
      waitpid(child.process, nullptr, 0);
    }
  }
  ChildPool(const ChildPool &) = delete;
  ChildPool &operator=(const ChildPool &) = delete;

  std::optional<Error> run() {
    while (done < jobs.size()) {
      if (options.cancelled && options.cancelled->load())
        return Error{"interrupted: nothing was written"};
      while (children.size() < most && next < jobs.size())
        if (std::optional<Error> error = start(jobs[next++]))
          return error;
      if (std::optional<Error> error = listen())
        return error;
    }
    return std::nullopt;
  }

private:
  std::optional<Error> start(const CompileJob &job) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      return Error{std::string("cannot start a compiling process: ") + std::strerror(errno)};
    // What stands in a buffer would be written twice.
    fflush(nullptr);
    pid_t process = fork();
    if (process == 0) {
      close(ends[0]);
      compileAndExit(job, options.name, compile, ends[1]);
    }
    int problem = errno;
    close(ends[1]);
    if (process < 0) {
      close(ends[0]);
      return Error{std::string("cannot start a compiling process: ") + std::strerror(problem)};
    }
    children.push_back({&job, process, ends[0], {}});
    return std::nullopt;
  }

  /// Waits for news, but not so long that an interruption would go unnoticed.
  std::optional<Error> listen() {
    std::vector<pollfd> pipes =
        mapped(children, [](const Child &child) { return pollfd{child.pipe, POLLIN, 0}; });
    poll(pipes.data(), pipes.size(), /*milliseconds=*/100);
    for (size_t i = pipes.size(); i-- > 0;) {
      if (!pipes[i].revents)
        continue;
      char buffer[65536];
      ssize_t count = read(children[i].pipe, buffer, sizeof buffer);
      if (count > 0)
        children[i].bytes.append(buffer, static_cast<size_t>(count));
      else if (count == 0)
        if (std::optional<Error> error = finish(i))
          return error;
    }
    return std::nullopt;
  }

  std::optional<Error> finish(size_t index) {
    Child child = std::move(children[index]);
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(index));
    close(child.pipe);
    int status = 0;
    while (waitpid(child.process, &status, 0) < 0 && errno == EINTR)
      ;
    std::optional<Result<CompiledKernel>> result = fromBytes(child.bytes);
    if (!result)
      return Error{describe(*child.job) + ": the code generator crashed (" +
                   (WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it ended early") +
                   "); please report this"};
    if (!*result)
      return Error{describe(*child.job) + ": " + result->error().message};
    *child.job->result = std::move(**result);
    ++done;
    if (options.progress)
      options.progress(
          {done, jobs.size(), child.job->layer->name + " for " + child.job->program->target.name});
    return std::nullopt;
  }

  const std::vector<CompileJob> &jobs;
  const EmitOptions &options;
  const KernelCompiler &compile;
  size_t most = 1;
  size_t next = 0, done = 0;
  std::vector<Child> children;
};

} // namespace

/// Intermediates are dense; of the caller's tensors that is known at each call.
static bool meetsCaller(const Step &step) {
  auto isCallers = [](const Reference &tensor) { return tensor.place != Reference::Place::Buffer; };
  for (size_t i = 0; i < step.operands.size(); ++i)
    if (step.kernel.operands[i].role == schedules::Operand::Role::Activation &&
        isCallers(step.operands[i]))
      return true;
  return std::ranges::any_of(step.outputs, isCallers);
}

Result<CompiledKernel> compileOne(const CompileJob &job, const std::string &entry) {
  const Step &step = job.layer->steps[job.step];
  auto compile = meetsCaller(step) ? schedules::compileStridedKernel : schedules::compileKernel;
  return compile(step.kernel, step.choice.plan, job.program->target, entry);
}

std::optional<Error> compileInChildren(const std::vector<CompileJob> &jobs,
                                       const EmitOptions &options, const KernelCompiler &compile) {
  return ChildPool(jobs, options, compile).run();
}

} // namespace convwright::compiler
