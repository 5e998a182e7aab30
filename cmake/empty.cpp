// Gives a library that has no source of its own yet something to archive.
