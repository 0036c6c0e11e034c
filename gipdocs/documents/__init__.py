"""The machine: it knows how to build any declared document and knows none itself."""
