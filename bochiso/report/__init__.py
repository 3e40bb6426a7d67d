"""Scores to Word documents, workbooks and charts."""
