#!/usr/bin/env python3
"""Tuning thousands of layers on a cluster, as a discrete-event simulation.

The model follows schedules/tuning/measure/slurm/ step by step: each round every layer's search is asked for a
batch; leases of several layers go out, each as a build task (shared nodes) and, once that has ended, as a
timing task (a node of its own); results are appended candidate by candidate; a lost node loses the
candidate in flight, and its task is queued again. Times are seconds. See docs/SLURM_SCALE.md.

usage: slurm_scale.py [--layers N] [--nodes N] [--lease N] ...   one run
       slurm_scale.py --table                                    the tables of docs/SLURM_SCALE.md
"""
import argparse
import dataclasses
import heapq
import itertools
import math
import random
import statistics


@dataclasses.dataclass
class Setting:
    layers: int = 10_000
    nodes: int = 1_000  # for builds and timings together
    build_nodes: int = 100  # of which builds share these
    cores: int = 32  # of a build node
    trials: int = 256  # candidates a layer
    batch: int = 16  # candidates of a layer in a round
    lease: int = 5  # layers a task; 0: a round is one task for each timing node
    build_cores: int = 4  # of a build task
    build_seconds: float = 0.4  # a candidate, one core
    timing_seconds: float = 0.12  # a candidate, with its incumbent
    problem_seconds: float = 0.5  # a layer and round: reading, starting the runner, expected values
    spread: float = 0.5  # sigma of the logarithm of a layer's times: layers differ
    task_seconds: float = 0.5  # starting and clearing away a task on a node
    dispatch_rate: float = 50.0  # array tasks that slurmctld starts a second
    array_size: int = 1_000  # tasks an sbatch takes (MaxArraySize - 1)
    submit_seconds: float = 0.05  # an sbatch
    poll_seconds: float = 5.0  # between two looks at the queue
    node_mtbf_hours: float = 720.0  # a node's mean time between losses
    detect_seconds: float = 300.0  # SlurmdTimeout
    repair_seconds: float = 3600.0
    fsync_seconds: float = 0.005
    propose_seconds: float = 0.005  # a candidate, one core of the controller
    record_seconds: float = 0.0002  # a record: made, written
    record_bytes: int = 3_000
    controller_cores: int = 16
    seed: int = 1


@dataclasses.dataclass
class Report:
    makespan: float = 0.0
    rounds: int = 0
    candidates: int = 0  # with one result each
    repeated: int = 0  # measured, lost with the node, measured again
    losses: int = 0  # nodes lost
    requeued: int = 0
    timing_busy: float = 0.0  # node-seconds of timing
    timing_capacity: float = 0.0
    tasks: int = 0
    submissions: int = 0
    polls: int = 0
    dispatch_busy: float = 0.0
    controller_busy: float = 0.0  # seconds of the rounds in which nothing is measured
    fsyncs: int = 0
    file_operations: int = 0
    record_bytes: int = 0

    @property
    def utilisation(self):
        return self.timing_busy / self.timing_capacity if self.timing_capacity else 0.0


@dataclasses.dataclass
class Task:
    kind: str  # "build" or "timing"
    lease: int
    seconds: list  # of the candidates that are left
    after: int = 0  # attempts

    def duration(self, setting):
        return setting.task_seconds + sum(self.seconds)


class Pool:
    """Slots that tasks take in order of arrival; some are broken for a while."""

    def __init__(self, slots):
        self.free = list(range(slots))
        self.waiting = []
        self.running = {}  # slot: (task, begin, ticket)


class Round:
    """One round's tasks, from submission to the last result."""

    def __init__(self, simulation, leases):
        self.simulation = simulation
        self.setting = simulation.setting
        self.leases = leases  # [(build seconds, timing seconds) a candidate]
        self.results = [0] * len(leases)
        self.unfinished = len(leases)

    def run(self, now):
        setting, report = self.setting, self.simulation.report
        arrays = 2 * math.ceil(len(self.leases) / setting.array_size)
        report.submissions += arrays
        report.file_operations += 3 * len(self.leases)  # a lease's file: create, write, rename
        self.events, self.order = [], itertools.count()
        self.dispatcher = now + arrays * setting.submit_seconds
        for index, (build, _) in enumerate(self.leases):
            self.queue("build", Task("build", index, list(build)), self.dispatcher)
        self.losses(now)
        end = now
        while self.unfinished:
            end, _, action = heapq.heappop(self.events)
            action(end)
        polls = math.ceil((end - now) / setting.poll_seconds)
        report.polls += polls
        for pool in self.simulation.pools.values():  # what is cut off here belongs to the next round
            assert not pool.waiting and not pool.running
        return now + polls * setting.poll_seconds

    def at(self, when, action):
        heapq.heappush(self.events, (when, next(self.order), action))

    def losses(self, now):
        """The next loss of any node; memoryless, so it may be drawn anew each round."""
        rate = self.setting.nodes / (self.setting.node_mtbf_hours * 3600)
        self.at(now + self.simulation.random.expovariate(rate), self.lose)

    def lose(self, now):
        setting, pools, report = self.setting, self.simulation.pools, self.simulation.report
        report.losses += 1
        per_node = setting.cores // setting.build_cores
        if self.simulation.random.random() < setting.build_nodes / setting.nodes:
            node = self.simulation.random.randrange(setting.build_nodes)
            hit = [("build", slot) for slot in range(node * per_node, (node + 1) * per_node)]
        else:
            hit = [("timing", self.simulation.random.randrange(setting.nodes - setting.build_nodes))]
        for kind, slot in hit:
            pool = pools[kind]
            if slot in pool.running:
                task, begin, _ = pool.running.pop(slot)
                self.interrupt(task, begin, now)
            elif slot in pool.free:
                pool.free.remove(slot)
            else:
                continue  # broken already
            self.at(now + setting.repair_seconds, lambda when, pool=pool, slot=slot: self.give(pool, slot, when))
        self.losses(now)

    def interrupt(self, task, begin, now):
        """What the part file holds stays; the candidate in flight is measured again."""
        left, done = now - begin - self.setting.task_seconds, 0
        while done < len(task.seconds) and left >= task.seconds[done]:
            left -= task.seconds[done]
            done += 1
        self.finish_candidates(task, done)
        report = self.simulation.report
        report.repeated += 1
        report.requeued += 1
        again = Task(task.kind, task.lease, task.seconds[done:], task.after + 1)
        self.queue(task.kind, again, now + self.setting.detect_seconds + self.setting.poll_seconds)

    def finish_candidates(self, task, count):
        report = self.simulation.report
        report.fsyncs += count
        report.file_operations += 3 * count  # append; a built file written or read
        if task.kind == "timing":
            self.results[task.lease] += count
            report.timing_busy += sum(task.seconds[:count])

    def queue(self, kind, task, when):
        self.at(when, lambda now: (self.simulation.pools[kind].waiting.append(task), self.dispatch(kind, now)))

    def dispatch(self, kind, now):
        """slurmctld starts one task after the other."""
        pool = self.simulation.pools[kind]
        while pool.waiting and pool.free:
            task, slot = pool.waiting.pop(0), pool.free.pop()
            self.dispatcher = max(self.dispatcher, now) + 1 / self.setting.dispatch_rate
            report = self.simulation.report
            report.dispatch_busy += 1 / self.setting.dispatch_rate
            report.tasks += 1
            report.file_operations += 4  # open and read the lease, create the part, close
            ticket = next(self.order)
            pool.running[slot] = (task, self.dispatcher, ticket)
            end = self.dispatcher + task.duration(self.setting)
            self.at(end, lambda when, slot=slot, ticket=ticket: self.ended(kind, slot, ticket, when))

    def give(self, pool, slot, now):
        pool.free.append(slot)
        for kind, known in self.simulation.pools.items():
            if known is pool:
                self.dispatch(kind, now)

    def ended(self, kind, slot, ticket, now):
        pool = self.simulation.pools[kind]
        if slot not in pool.running or pool.running[slot][2] != ticket:
            return  # its node was lost
        task = pool.running.pop(slot)[0]
        self.finish_candidates(task, len(task.seconds))
        if kind == "build":
            self.queue("timing", Task("timing", task.lease, list(self.leases[task.lease][1])), now)
        else:
            self.unfinished -= 1
        self.give(pool, slot, now)


class Simulation:
    def __init__(self, setting):
        if setting.lease == 0:
            lease = math.ceil(setting.layers / (setting.nodes - setting.build_nodes))
            setting = dataclasses.replace(setting, lease=lease)
        self.setting = setting
        self.random = random.Random(setting.seed)
        self.report = Report()
        self.speed = [self.random.lognormvariate(-setting.spread ** 2 / 2, setting.spread) for _ in range(setting.layers)]
        build_slots = setting.build_nodes * (setting.cores // setting.build_cores)
        self.slots = {"build": build_slots, "timing": setting.nodes - setting.build_nodes}
        self.pools = {kind: Pool(slots) for kind, slots in self.slots.items()}

    def leases(self, plans):
        """What each candidate of each lease takes; the incumbent is built too, and a layer has its own work."""
        setting = self.setting
        made = []
        for first in range(0, setting.layers, setting.lease):
            build, timing = [], []
            for layer in range(first, min(first + setting.lease, setting.layers)):
                factor = self.speed[layer]
                one = factor * setting.build_seconds / setting.build_cores + setting.fsync_seconds
                build += [one] * plans
                build[-1] += one  # the incumbent
                timing += [factor * setting.timing_seconds + setting.fsync_seconds] * plans
                timing[-plans] += setting.problem_seconds
            made.append((build, timing))
        return made

    def run(self):
        setting, report = self.setting, self.report
        batches = [1]  # the default
        left = setting.trials - 1
        while left > 0:
            batches.append(min(setting.batch, left))
            left -= batches[-1]
        batches.append(1)  # the winner beside the default
        now = 0.0
        for plans in batches:
            count = plans * setting.layers
            thinking = count * (setting.propose_seconds + setting.record_seconds) / setting.controller_cores
            report.controller_busy += thinking
            round_of_all = Round(self, self.leases(plans))
            expected = [len(timing) for _, timing in round_of_all.leases]
            now = round_of_all.run(now + thinking)
            assert round_of_all.results == expected, "a result was lost or doubled"
            report.candidates += sum(round_of_all.results)
            report.record_bytes += count * setting.record_bytes
            report.rounds += 1
            self.pools = {kind: Pool(slots) for kind, slots in self.slots.items()}
        report.makespan = now
        report.timing_capacity = now * self.slots["timing"]
        return report


def simulate(**changes):
    setting = Setting(**changes)
    return setting, Simulation(setting).run()


HEADER = ("makespan", "timing nodes busy", "tasks", "tasks/s", "slurmctld busy", "controller thinks", "fsyncs/s",
          "file operations/s", "lost and repeated", "records")


def figures(report):
    span = report.makespan
    return (f"{span / 60:.1f} min", f"{100 * report.utilisation:.0f} %", f"{report.tasks:,}",
            f"{report.tasks / span:.1f}", f"{100 * report.dispatch_busy / span:.0f} %",
            f"{100 * report.controller_busy / span:.0f} %", f"{report.fsyncs / span:,.0f}",
            f"{report.file_operations / span:,.0f}", f"{report.losses} / {report.repeated}",
            f"{report.record_bytes / 1e9:.1f} GB")


def row(label, **changes):
    _, report = simulate(**changes)
    print("| " + " | ".join((label,) + figures(report)) + " |")


def head(title, first):
    print(f"\n{title}\n\n| " + " | ".join((first,) + HEADER) + " |")
    print("|" + "---|" * (len(HEADER) + 1))


def table():
    head("Layers a lease", "lease")
    for lease in (1, 2, 5, 10, 20, 50):
        row(str(lease), lease=lease)
    head("Candidates of a layer in a round", "batch")
    for batch in (4, 8, 16, 32, 64):
        row(str(batch), batch=batch)
    head("What may be otherwise", "case")
    row("standard")
    for rate in (10, 200):
        row(f"slurmctld starts {rate} tasks/s", dispatch_rate=rate)
    row("nodes lost 10 x as often", node_mtbf_hours=72)
    row("nodes lost 100 x as often", node_mtbf_hours=7.2)
    row("fsync 50 ms", fsync_seconds=0.05)
    row("proposing 50 ms a candidate", propose_seconds=0.05)
    row("a controller of one core", controller_cores=1)
    row("50 build nodes", build_nodes=50)
    row("200 build nodes", build_nodes=200)
    row("1,000 layers", layers=1000, lease=1)
    row("100 nodes", nodes=100, build_nodes=10, lease=20)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="print the tables of docs/SLURM_SCALE.md")
    for field in dataclasses.fields(Setting):
        parser.add_argument("--" + field.name.replace("_", "-"), type=type(field.default), default=field.default)
    arguments = vars(parser.parse_args())
    if arguments.pop("table"):
        table()
        return
    _, report = simulate(**arguments)
    for name, figure in zip(HEADER, figures(report)):
        print(f"{name:18} {figure}")


if __name__ == "__main__":
    main()
