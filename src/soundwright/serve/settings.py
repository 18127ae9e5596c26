"""What an operator decides about a service; all of it is fixed while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

MB, GB = 2**20, 2**30
EVERY = "*"  # of the models that have no number of replicas of their own


@dataclass(frozen=True)
class Settings:
    """Where a service keeps its things, whom it serves, and how much it gives to anyone.

    `database` is an address as in `soundwright.database`; `names` are host names by which it may be called beside IP
    addresses and localhost; `engines` are those that clients may name ("": every one that costs no money and plays no
    private recordings). Quotas are for each key, or for everybody together where there are no keys.
    """

    folder: Path
    database: str
    devices: tuple[str, ...] = ("",)  # one worker for each; "": what suits the machine
    keys: Path | None = None
    names: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    longest_s: float = 600.0  # of what is made, and of uploads
    most_jobs: int = 200  # that wait or run at a time
    job_s: float = 3600.0  # after which a job is stopped
    upload_bytes: int = 512 * MB  # of one file
    uploads_bytes: int = 4 * GB  # of all files of one key
    keep_s: float = 7 * 86_400.0  # after which results and uploads go
    keep_bytes: int = 20 * GB  # of all results; over it the oldest go first
    ray: str = ""  # the cluster whose machines do the jobs, instead of processes here
    replicas: dict[str, tuple[int, int | None]] = field(default_factory=dict)  # least and most (None: what fits), by
    ongoing: float = 2.0  # model, "" for the embedded engines; jobs that wait or run for each replica
    idle_s: float = 60.0  # after which a replica too many leaves
    gpus: float | None = None  # of an accelerator, for each replica with a model; None: by its plan of memory
    lease_s: float = 15.0  # after which a worker that says nothing has lost its job

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"
