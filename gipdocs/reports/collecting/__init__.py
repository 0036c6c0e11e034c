"""What an office does with the reports that others send it: gathers, judges, sums and compares them."""
