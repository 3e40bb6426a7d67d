"""File formats: the bytes of a workbook, a page or a text, brought to sheets of cells or refused."""
