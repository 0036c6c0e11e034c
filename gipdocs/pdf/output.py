"""A PDF that is written object by object, each as PDF spells it."""

from __future__ import annotations

from array import array
from io import BytesIO

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class Output:
    """A PDF that is being written: where its objects lie, and what hasn't been taken yet."""

    def __init__(self) -> None:
        self._places = array("Q", [0])  # by number; 0 for one that is never written
        self._sent = 0
        self._held = BytesIO()
        self._held.write(HEAD)

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self._places.append(0)
        return len(self._places) - 1

    def write(self, number: int, body: bytes, data: bytes | None = None) -> None:
        """Write an object, with `data` a stream."""
        self._places[number] = self._sent + self._held.tell()
        stream = b"" if data is None else b"\nstream\n%b\nendstream" % data
        self._held.write(b"%d 0 obj\n%b%b\nendobj\n" % (number, body, stream))

    def add(self, body: bytes, data: bytes | None = None) -> int:
        """Write an object and give its number."""
        number = self.reserve()
        self.write(number, body, data)
        return number

    def end(self, catalog: int, id: bytes, *, info: int | None = None) -> None:
        """Write where each object lies; `info` is the object with the document's properties."""
        start, count = self._sent + self._held.tell(), len(self._places)
        self._held.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for place in self._places[1:]:
            self._held.write(b"%010d 00000 n \n" % place if place else b"0000000000 00000 f \n")
        properties = b"" if info is None else b" /Info %d 0 R" % info
        trailer = b"<< /Size %d /Root %d 0 R%b /ID [<%b> <%b>] >>" % (count, catalog, properties, id, id)
        self._held.write(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, start))

    def take(self) -> bytes:
        """What hasn't been taken yet."""
        taken, self._held = self._held.getvalue(), BytesIO()
        self._sent += len(taken)
        return taken
