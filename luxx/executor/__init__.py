"""Who executes a run."""
