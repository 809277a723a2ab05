# Te rārangi tono.

cli-version = korero { $version }
