"""The register of cases (台账): what happened in each case, and everything that follows from it."""
