"""Workbooks: opening them within limits, reading them as their users see them, and writing them."""
