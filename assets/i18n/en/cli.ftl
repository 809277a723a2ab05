# The command line.

cli-version = korero { $version }
