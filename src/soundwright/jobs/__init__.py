"""Batches of requests, done here, by processes of this machine, or by a Ray cluster, and not done again.

A job is finished when its file stands with a manifest that names the same request; files appear whole or not at all, so
a batch that was killed simply starts again.
"""

from soundwright.jobs.doing import do, finished
from soundwright.jobs.lines import EDITS, REQUESTS, Job, at_line, job, lines, read
from soundwright.jobs.pool import devices_for, do_all
from soundwright.jobs.stores import Store

__all__ = [
    "EDITS",
    "REQUESTS",
    "Job",
    "Store",
    "at_line",
    "devices_for",
    "do",
    "do_all",
    "finished",
    "job",
    "lines",
    "read",
]
