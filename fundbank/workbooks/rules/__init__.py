"""What a cell says, how figures follow from cells, and which files are opened at all. Pure."""
