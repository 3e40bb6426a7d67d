"""What comes in, a room a source: bytes in, typed rows or reasons out."""
