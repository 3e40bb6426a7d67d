"""The workbook of a report, sheet by sheet."""
