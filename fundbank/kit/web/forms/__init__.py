"""Forms and fields: what people write is stripped, understood as Danes write it, and never lost.

Every field is needed unless it is made with ``optional=True``. Each has a ``kind`` by which the macro ``field`` knows how to show it.
A field's sentence at an error is this program's own, in the reader's language.
"""

from fundbank.kit.web.forms.choices import CheckboxesField, CheckboxField, RadioField, SelectField
from fundbank.kit.web.forms.figures import (
    DayField,
    DecimalNumberField,
    InvalidNumber,
    KronerField,
    PercentField,
    ReadField,
    WholeNumberField,
)
from fundbank.kit.web.forms.files import FilesField
from fundbank.kit.web.forms.form import Form, VersionField
from fundbank.kit.web.forms.texts import EmailField, LongTextField, SecretField, TextField

__all__ = [
    "CheckboxField", "CheckboxesField", "DayField", "DecimalNumberField", "EmailField", "FilesField", "Form", "InvalidNumber",
    "KronerField", "LongTextField", "PercentField", "RadioField", "ReadField", "SecretField", "SelectField", "TextField", "VersionField",
    "WholeNumberField",
]  # fmt: skip
