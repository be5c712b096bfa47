"""Many files: bounded processes, a ledger, a cluster; one written form of a result."""
