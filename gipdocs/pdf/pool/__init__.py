"""The LibreOffice workers of this machine: the process that keeps them busy, and its clients."""
