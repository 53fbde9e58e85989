"""The shape of the project: imports, charters, sizes, words, documents."""
