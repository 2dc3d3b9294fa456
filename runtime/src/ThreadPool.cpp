//===- ThreadPool.cpp - the threads that parallel loops run on -----------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"

#include "Arena.h"
#include "Status.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

namespace convwright::runtime {

namespace {

/// One parallel loop. It lies on its caller's stack until every helper has left it.
struct Loop {
  cw_task task;
  void *argument;
  int64_t count;
  int workers;
  std::atomic<int64_t> next{0};
  std::atomic<int> result{0};
  std::atomic<int> helpers{0}; // threads of the pool inside; changed under Pool::mutex
  int joined = 1;              // worker numbers given out; under Pool::mutex
  Loop *following = nullptr;   // in Pool::loops; under Pool::mutex
};

struct Pool {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t work = PTHREAD_COND_INITIALIZER; // a loop was added, or the pool stops
  pthread_cond_t left = PTHREAD_COND_INITIALIZER; // a loop's last helper left it
  Loop *loops = nullptr;
  std::atomic<uint32_t> added{0}; // counts loops; threads that spin watch it
  bool stopping = false;
  bool watchingForks = false;
  int threadCount = 0;
  pthread_t threads[maxThreads] = {};
};

constinit Pool pool;

/// How long a thread that ran out of work looks for more before it sleeps: a layer is a sequence of
/// loops some microseconds apart, and waking a thread takes longer than that.
constexpr int64_t spinNanoseconds = 30000;

int64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Whether `ready` became true within spinNanoseconds.
template <typename Ready> bool spinUntil(Ready ready) {
  for (int64_t end = now() + spinNanoseconds; now() < end;)
    for (int i = 0; i < 16; ++i) {
      if (ready())
        return true;
      relax();
    }
  return ready();
}

void drain(Loop &loop, int worker) {
  for (;;) {
    int64_t i = loop.next.fetch_add(1, std::memory_order_relaxed);
    if (i >= loop.count)
      return;
    if (int result = loop.task(loop.argument, worker, i)) {
      int none = 0;
      loop.result.compare_exchange_strong(none, result, std::memory_order_relaxed);
      loop.next.store(loop.count, std::memory_order_relaxed);
      return;
    }
  }
}

/// A loop that has tasks and room for a worker. Pool::mutex is held.
Loop *findLoop() {
  for (Loop *loop = pool.loops; loop; loop = loop->following)
    if (loop->joined < loop->workers && loop->next.load(std::memory_order_relaxed) < loop->count)
      return loop;
  return nullptr;
}

/// Pool::mutex is held on entry and on return, not in between.
void help(Loop &loop) {
  int worker = loop.joined++;
  loop.helpers.fetch_add(1, std::memory_order_relaxed);
  pthread_mutex_unlock(&pool.mutex);
  drain(loop, worker);
  pthread_mutex_lock(&pool.mutex);
  if (loop.helpers.fetch_sub(1, std::memory_order_release) == 1)
    pthread_cond_broadcast(&pool.left);
}

void *runThread(void *) {
  pthread_mutex_lock(&pool.mutex);
  while (!pool.stopping) {
    if (Loop *loop = findLoop()) {
      help(*loop);
      continue;
    }
    uint32_t seen = pool.added.load(std::memory_order_relaxed);
    pthread_mutex_unlock(&pool.mutex);
    spinUntil([&] { return pool.added.load(std::memory_order_relaxed) != seen; });
    pthread_mutex_lock(&pool.mutex);
    if (!pool.stopping && pool.added.load(std::memory_order_relaxed) == seen)
      pthread_cond_wait(&pool.work, &pool.mutex);
  }
  pthread_mutex_unlock(&pool.mutex);
  return nullptr;
}

void beforeFork() {
  lockArenas();
  pthread_mutex_lock(&pool.mutex);
}

void afterForkInParent() {
  pthread_mutex_unlock(&pool.mutex);
  unlockArenas();
}

/// The child has none of the threads; its first loop starts new ones.
void afterForkInChild() {
  pool.threadCount = 0;
  pool.loops = nullptr;
  pthread_cond_init(&pool.work, nullptr);
  pthread_cond_init(&pool.left, nullptr);
  pthread_mutex_unlock(&pool.mutex);
  unlockArenas();
}

/// Starts what is missing to `wanted` threads; fewer when the system gives no more. Pool::mutex is
/// held.
void startThreads(int wanted) {
  if (!pool.watchingForks)
    pool.watchingForks = pthread_atfork(beforeFork, afterForkInParent, afterForkInChild) == 0;
  // The application's signals are its own threads' business.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.threadCount < wanted && pool.threadCount < maxThreads &&
         pthread_create(&pool.threads[pool.threadCount], nullptr, runThread, nullptr) == 0)
    ++pool.threadCount;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void addLoop(Loop &loop) {
  pthread_mutex_lock(&pool.mutex);
  if (!pool.stopping && pool.threadCount < loop.workers - 1)
    startThreads(loop.workers - 1);
  loop.following = pool.loops;
  pool.loops = &loop;
  pool.added.fetch_add(1, std::memory_order_relaxed);
  if (loop.workers == 2)
    pthread_cond_signal(&pool.work);
  else
    pthread_cond_broadcast(&pool.work);
  pthread_mutex_unlock(&pool.mutex);
}

void removeLoop(Loop &loop) {
  pthread_mutex_lock(&pool.mutex);
  Loop **at = &pool.loops;
  while (*at != &loop)
    at = &(*at)->following;
  *at = loop.following;
  pthread_mutex_unlock(&pool.mutex);
}

void waitForHelpers(Loop &loop) {
  auto alone = [&] { return loop.helpers.load(std::memory_order_acquire) == 0; };
  spinUntil(alone);
  // The lock also waits for the last helper to be through with `loop`.
  pthread_mutex_lock(&pool.mutex);
  while (!alone())
    pthread_cond_wait(&pool.left, &pool.mutex);
  pthread_mutex_unlock(&pool.mutex);
}

/// Before this code is unloaded, or the process ends.
__attribute__((destructor)) void stopThreads() {
  pthread_mutex_lock(&pool.mutex);
  pool.stopping = true;
  pool.added.fetch_add(1, std::memory_order_relaxed);
  pthread_cond_broadcast(&pool.work);
  int count = pool.threadCount;
  pool.threadCount = 0;
  pthread_mutex_unlock(&pool.mutex);
  for (int t = 0; t < count; ++t)
    if (!pthread_equal(pool.threads[t], pthread_self()))
      pthread_join(pool.threads[t], nullptr);
}

int availableCpus() {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof cpus, &cpus) != 0)
    return 1;
  int count = CPU_COUNT(&cpus);
  return count < 1 ? 1 : count > maxThreads ? maxThreads : count;
}

/// On standard error, once, without a buffer of stdio's: nobody has to look at a status for it.
void warnOfThreads(const char *text, int taken) {
  static std::atomic_flag warned = ATOMIC_FLAG_INIT;
  if (warned.test_and_set(std::memory_order_relaxed))
    return;
  Text line;
  line.add(
      "convwright: warning: CONVWRIGHT_THREADS is \"%.64s\", which is not a number from 1 to %d: "
      "taking the CPUs of this process, %d\n",
      text, maxThreads, taken);
  (void)!write(STDERR_FILENO, line.text(), std::strlen(line.text()));
}

/// What the environment says, otherwise the CPUs.
int chooseDefaultThreads() {
  const char *text = std::getenv("CONVWRIGHT_THREADS");
  int cpus = availableCpus();
  if (!text || !*text)
    return cpus;
  char *end = nullptr;
  long value = std::strtol(text, &end, 10);
  if (*end == '\0' && value >= 1 && value <= maxThreads)
    return static_cast<int>(value);
  warnOfThreads(text, cpus);
  return cpus;
}

} // namespace

int poolParallelFor(void *, int64_t count, int workers, cw_task task, void *argument) {
  Loop loop{task, argument, count, count < workers ? static_cast<int>(count) : workers};
  if (loop.workers <= 1) {
    drain(loop, 0);
    return loop.result.load(std::memory_order_relaxed);
  }
  addLoop(loop);
  drain(loop, 0);
  removeLoop(loop);
  waitForHelpers(loop);
  return loop.result.load(std::memory_order_relaxed);
}

} // namespace convwright::runtime

int cw_default_threads(void) {
  using namespace convwright::runtime;
  // Asked once: the answer decides the sizes of workspaces, which should not change between calls.
  static std::atomic<int> cache{0};
  int threads = cache.load(std::memory_order_relaxed);
  if (!threads) {
    threads = chooseDefaultThreads();
    cache.store(threads, std::memory_order_relaxed);
  }
  return threads;
}
