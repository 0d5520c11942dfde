"""An application in a workbook of Excel: what it is asked, to be filled in and read back, with figures that follow what is written.

A workbook writes nothing by itself: what it says is typed in the steps of the application (applications.operations.typing).
"""
