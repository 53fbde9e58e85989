"""Frames arrive whole at whoever reads slowly, and who does not read is not waited for."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from hall.push.socket_repair import SteadySocket

SMALL = 4096
FRAME = 60_000


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection with small buffers, so that a frame never fits in at once."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_frames_of_several_senders_arrive_whole(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    steady = SteadySocket(ours)
    frames = [bytes([letter]) * FRAME for letter in b"ABCD"]
    senders = [threading.Thread(target=steady.send, args=[frame]) for frame in frames]
    for sender in senders:
        sender.start()
    received = b"".join(theirs.recv(FRAME, socket.MSG_WAITALL) for _ in frames)
    for sender in senders:
        sender.join()
    arrived = [received[at : at + FRAME] for at in range(0, len(received), FRAME)]
    assert sorted(map(_digest, arrived)) == sorted(map(_digest, frames))


def test_who_does_not_read_is_cut_off(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    steady = SteadySocket(ours, silent_seconds=0.1)
    with pytest.raises(BrokenPipeError):
        steady.send(bytes(10 * FRAME))
    began = time.monotonic()
    with pytest.raises(BrokenPipeError):
        steady.send(b"and another")
    assert time.monotonic() - began < 0.1
    while theirs.recv(FRAME):
        pass  # what had been sent, and then the end


def _digest(frame: bytes) -> str:
    return hashlib.sha256(frame).hexdigest()
