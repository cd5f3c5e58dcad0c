"""The arithmetic of a report: equations between its printed figures, and their verdicts."""
