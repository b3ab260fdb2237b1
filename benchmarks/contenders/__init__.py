"""What is measured: each function prepares one task, which a process of its own carries out."""
