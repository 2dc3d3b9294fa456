# Times OpenCV's edge strength for the bench: two Sobel calls in f32, magnitude, and the conversion to
# u8; borders replicated. Speaks the protocol of Runner.h.
#
#   opencv_runner.py THREADS MINIMUM_SAMPLE_NS LIBRARY      LIBRARY: libconvwright_bench_burst.so
#
# Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import ctypes
import sys
import time

import cv2
import numpy as np

BURST_TOLERANCE = 1.04  # as Sampler.h
PREEMPTION_TOLERANCE = 1.02
WARM_NS = 30_000_000


def edge_strength(frame):
    """The calls that a person would write, into buffers that are kept."""
    gx = np.empty(frame.shape, np.float32)
    gy = np.empty_like(gx)
    length = np.empty_like(gx)
    result = np.empty_like(frame)

    def call():
        cv2.Sobel(frame, cv2.CV_32F, 1, 0, gx, ksize=3, borderType=cv2.BORDER_REPLICATE)
        cv2.Sobel(frame, cv2.CV_32F, 0, 1, gy, ksize=3, borderType=cv2.BORDER_REPLICATE)
        cv2.magnitude(gx, gy, length)
        cv2.convertScaleAbs(length, result)
        return result

    return call


class Sampler:
    """Sampler.h, in Python."""

    def __init__(self, burst, minimum_ns, watch_preemption):
        self.burst, self.minimum_ns = burst, minimum_ns
        self.watch_preemption = watch_preemption
        self.calls = 0

    def warm_up(self, call):
        begin = time.perf_counter_ns()
        fastest = float("inf")
        while time.perf_counter_ns() - begin < WARM_NS:
            start = time.perf_counter_ns()
            call()
            fastest = min(fastest, max(time.perf_counter_ns() - start, 1))
        self.calls = max(1, -(-self.minimum_ns // fastest))

    def take(self, count, best, call):
        if not self.calls:
            self.warm_up(call)
        times = []
        before = self.burst()
        best = min(best, before)
        for _ in range(count):
            cpu = time.thread_time_ns()
            begin = time.perf_counter_ns()
            for _ in range(self.calls):
                call()
            wall = time.perf_counter_ns() - begin
            cpu = time.thread_time_ns() - cpu
            after = self.burst()
            best = min(best, after)
            preempted = self.watch_preemption and wall > cpu * PREEMPTION_TOLERANCE + 10_000
            slow = max(before, after) > best * BURST_TOLERANCE
            taken = cpu if preempted else wall
            times.append(f"{taken / self.calls:.1f}" + ("!" if slow or preempted else ""))
            before = after
        return f"samples\t{best}\t" + ",".join(times)


def prepare(problem):
    """(call, description) for the fields of a problem."""
    if len(problem) != 5 or problem[0] != "sobel":
        raise ValueError("OpenCV runs sobel problems only")
    height, width = int(problem[1]), int(problem[2])
    frame = np.fromfile(problem[3], np.uint8).reshape(height, width)
    call = edge_strength(frame)
    call().tofile(problem[4])
    return call, "2 x Sobel CV_32F, magnitude, convertScaleAbs"


class Server:
    def __init__(self, burst, minimum_ns, one_thread):
        self.new_sampler = lambda: Sampler(burst, minimum_ns, one_thread)
        self.entries = {}

    def answer(self, fields):
        if fields[0] == "prepare":
            call, description = prepare(fields[2:])
            self.entries[len(self.entries) + 1] = (call, self.new_sampler())
            return f"ready\t{len(self.entries)}\t{description}"
        if fields[0] == "run":
            call, sampler = self.entries[int(fields[1])]
            return sampler.take(int(fields[2]), int(fields[3]), call)
        if fields[0] == "drop":
            self.entries[int(fields[1])] = None
            return "dropped"
        return "no\tunknown command"


def main():
    threads, minimum_ns, library = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    cv2.setNumThreads(threads)
    burst = ctypes.CDLL(library).cw_burst
    burst.restype = ctypes.c_int64
    server = Server(burst, minimum_ns, threads == 1)
    print(f"hello\topencv{'.'.join(cv2.__version__.split('.')[:2])}\tsobel", flush=True)
    for line in sys.stdin:
        if line.strip() == "quit":
            return
        try:
            reply = server.answer(line.rstrip("\n").split("\t"))
        except Exception as error:  # whatever the library raises goes back as a refusal
            reply = "no\t" + " ".join(str(error).split())
        print(reply, flush=True)


if __name__ == "__main__":
    main()
