"""The desk: what the commands do with files, in a browser page on one's own machine."""
