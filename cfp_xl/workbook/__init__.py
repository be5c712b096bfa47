"""What an .xlsx is to us: read it, patch its XML, find our schema and our seal in it."""
