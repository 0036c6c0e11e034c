"""What every letter shares: geometry, the facts of its case, questions, signature, checks."""
