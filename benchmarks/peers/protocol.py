"""The Python side of the benchmark protocol: one JSON object per line in, one per line out.

A peer is a table of works: name -> function(size, method, threads) returning `Work`. The harness opens one work at a
time and asks for samples; between two requests the process sleeps in a read, so it never disturbs the other side.
"""

import ctypes
import json
import math
import os
import re
import sys
import time
from dataclasses import dataclass
from typing import Callable, Optional

SAMPLE_MILLISECONDS = 4.0  # short calls are timed in batches about this long


class Absent(Exception):
    """Raised by a work that this installation cannot run; the message is shown in the table."""


@dataclass
class Work:
    call: Optional[Callable[[], object]] = None  # one repetition; returns its results so that they stay alive until it ends
    result_bytes: int = 0  # bytes of the results, not counted as extra memory
    values: Optional[Callable[[float], dict]] = None  # for works whose outcome is not a time: name -> number


def _status_bytes(field):
    with open("/proc/self/status") as status:
        return int(re.search(rf"{field}:\s+(\d+) kB", status.read()).group(1)) * 1024


def resident_peak_extra_bytes(work):
    """Resident high-water mark of one call above what was resident before it, less the results."""
    work.call()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before = _status_bytes("VmRSS")
    results = work.call()
    peak = _status_bytes("VmHWM")
    del results
    return max(0, peak - before - work.result_bytes)


def _calibrate(call, synchronize):
    """Calls per sample, from the second call on (the first one compiles, allocates and starts threads)."""
    call()
    synchronize()
    start = time.perf_counter()
    call()
    synchronize()
    elapsed = (time.perf_counter() - start) * 1000
    return 1 if elapsed >= SAMPLE_MILLISECONDS else min(10000, math.ceil(SAMPLE_MILLISECONDS / max(elapsed, 1e-4)))


def _sample(call, batch, milliseconds, at_least, synchronize=lambda: None):
    call()  # wakes threads and brings the data back into the caches the other side used
    synchronize()
    times = []
    end = time.perf_counter() + milliseconds / 1000
    while len(times) < at_least or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(batch):
            call()
        synchronize()
        times.append((time.perf_counter() - start) * 1000 / batch)
    return times


def call_cost(call):
    """Values of a work about the cost of calling: the median of batches, in microseconds."""

    def values(milliseconds):
        times = sorted(_sample(call, 1000, milliseconds, 3))
        return {"per call": times[len(times) // 2] * 1000}

    return values


def serve(name, version, works, start, synchronize=lambda: None, peak_extra_bytes=resident_peak_extra_bytes):
    """Answers requests until told to quit. `start(threads, device)` prepares the library; `synchronize` waits for it."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints goes to stderr, not into the protocol
    threads, work, batch = 1, None, 1

    for line in sys.stdin:
        request = json.loads(line)
        reply = {"ok": True}
        try:
            match request["do"]:
                case "hello":
                    threads = request["threads"]
                    start(threads, request["device"])
                    reply |= {"name": name, "version": version, "works": sorted(works)}
                case "open":
                    work = None
                    if request["work"] not in works:
                        raise Absent(f"{name} has no {request['work']}")
                    work = works[request["work"]](request["size"], request["method"], threads)
                    batch = _calibrate(work.call, synchronize) if work.values is None else 1
                case "run":
                    if work.values is None:
                        reply["times"] = _sample(
                            work.call, batch, request["milliseconds"], request["samples"], synchronize
                        )
                    else:
                        reply["values"] = work.values(request["milliseconds"])
                case "memory":
                    reply["bytes"] = peak_extra_bytes(work)
                case "close":
                    work = None
                case "quit":
                    break
        except Absent as reason:
            reply = {"ok": False, "absent": str(reason)}
        except Exception as error:  # reported in the table; the peer lives on for the next work
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}"[:400]}
        out.write(json.dumps(reply) + "\n")
        out.flush()
