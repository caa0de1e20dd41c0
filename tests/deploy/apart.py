"""`buurtteam up --separate` on free ports and without waiting for the disk, for tests."""

import sys
from pathlib import Path

import uvloop

from deploy.local.cli import separate_until_told
from deploy.local.roster import FleetSetup

if __name__ == "__main__":
    setup = FleetSetup(workers_apart="--workers-apart" in sys.argv, fsync=False)
    uvloop.run(separate_until_told(Path(sys.argv[1]), setup))
