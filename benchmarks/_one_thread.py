"""Import this before numpy: its libraries then keep to one thread, so that speeds can be compared."""

from __future__ import annotations

import os

THREADS = 1
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = str(THREADS)
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as on the command line
