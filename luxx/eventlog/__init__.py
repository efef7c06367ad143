"""The durable log of runs: what a run says, in order, for any number of readers."""
