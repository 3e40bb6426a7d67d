"""One table out of a file of any format: bytes to rows of text, numbers and refusals."""
