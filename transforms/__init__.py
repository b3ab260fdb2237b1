"""From the raw log to the unified tables, in SQL."""
