"""The forms and the outline of periodic reports, as workbooks and as Word documents."""
