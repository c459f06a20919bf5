"""What every test shares: no network, no windows, the same examples on every run."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ["MPLBACKEND"] = "Agg"
_CACHE = tempfile.TemporaryDirectory(prefix="source-bias-tests-")  # nothing goes into the user's own cache
os.environ["SOURCE_BIAS_CACHE"] = _CACHE.name

# The same examples every time: a test that fails for somebody fails for everybody. No deadline and no complaint about
# slow examples: how fast a machine is says nothing about what is tested.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parents[1]


def _leaves_this_machine(address: Any) -> bool:
    """True for an address that is not loopback; a path (a Unix socket) stays here."""
    if not isinstance(address, tuple):
        return False
    host = str(address[0])
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Nothing is fetched at run time, anywhere: a connection that leaves this machine is an error."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if _leaves_this_machine(address):
            raise AssertionError(f"a test tried to reach {address} over the network")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of gold and event texts beside the checkout; what needs it is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the gold texts in ../shared, which are not part of the repository")
    return folder
