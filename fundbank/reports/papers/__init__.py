"""One paper, one module: each function builds a document in the reader's language, and writes nothing."""
