"""How fast gipdocs fills and converts, beside what else can be had; run by `make bench`."""
