"""The LibreOffice workers of this machine, the supervisor that runs them, and its client."""
