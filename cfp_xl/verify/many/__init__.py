"""Many files: bounded processes, a ledger, a cluster; one written form of a result."""

PRELOADED = "cfp_xl.verify.pipeline"
"""What the processes that verify files are forked with."""
