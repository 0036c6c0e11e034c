"""Questions as web forms."""
