"""Owns the tagged canvas: content is marked while drawn, the structure tree written when the file is saved.

ReportLab has no tagging of its own, but its page streams take marks and its catalog a tree (ISO 32000-1, 14.7-14.8).
The tree's order is the order in which elements were made, which is the order of reading.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import XMP, PDFArray, PDFDictionary, PDFName, PDFPage, PDFString
from reportlab.pdfgen.canvas import Canvas


class Element:
    """One node of the structure tree: a role, its children, and the places on pages where its content was drawn."""

    def __init__(self, role: str, parent: "Element | None" = None, **attributes: Any) -> None:
        self.role = role
        self.attributes = attributes
        self.children: list[Element] = []
        self.marks: list[tuple[int, int]] = []  # (page, number of the mark on that page)
        if parent is not None:
            parent.children.append(self)


def header_cell(parent: Element, scope: str) -> Element:
    """A TH that heads its "Column" or its "Row"."""
    return Element("TH", parent, A=PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(scope)}))


def figure(parent: Element, alt: str) -> Element:
    """A Figure with the text that stands in for it."""
    return Element("Figure", parent, Alt=PDFString(alt))


class TaggedCanvas(Canvas):
    """A canvas that remembers what it drew for which element, and holds pages back until their number is known.

    `furniture(canvas, page, pages)` draws the headers and footers when the file is saved; what it draws is an artifact.
    """

    def __init__(
        self, *args: Any, root: Element, furniture: Callable[["TaggedCanvas", int, int], None], made_at: datetime, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.setDateFormatter(lambda *_fixed: f"D:{made_at.astimezone(UTC):%Y%m%d%H%M%S}Z")  # a file without a clock has a day of its own
        self._root = root
        self._furniture = furniture
        self._held: list[dict[str, Any]] = []
        self._marked: list[Element] = []

    @contextmanager
    def mark(self, element: Element) -> Iterator[None]:
        """Tie what is drawn inside it to `element`. Marks are never nested."""
        number = len(self._marked)
        element.marks.append((len(self._held), number))
        self._marked.append(element)
        self._code.append(f"/{element.role} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Hide from readers what is drawn inside it: lines, repeated headings, page numbers."""
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def showPage(self) -> None:
        self._held.append(dict(self.__dict__))
        self._marked = []
        self._startPage()

    def save(self) -> None:
        if not self._held:
            self.showPage()
        marked = []
        for number, state in enumerate(self._held, start=1):
            self.__dict__.update(state)
            with self.artifact():
                self._furniture(self, number, len(self._held))
            marked.append(self._marked)
            super().showPage()
        _write_tree(self._doc, self._root, marked)
        self._doc.Catalog.Metadata = XMP(creator=lambda doc: _metadata(doc.info.title, doc.info.author))
        self._doc.SaveToFile(self._filename, self)


class _StructuredPage(PDFPage):
    """ReportLab writes only the page entries it knows by name; these two tie a page to the tree and its tab order."""

    __NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]


def _write_tree(doc: Any, root: Element, marked: list[list[Element]]) -> None:
    pages = doc.Pages.pages
    page_refs = [doc.Reference(page) for page in pages]
    refs: dict[Element, Any] = {}

    def write(element: Element, parent: Any) -> Any:
        entry = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.role), "P": parent})
        entry.dict.update(element.attributes)
        ref = refs[element] = doc.Reference(entry)
        if len(element.marks) == 1 and not element.children:
            ((page, number),) = element.marks
            entry["Pg"], entry["K"] = page_refs[page], number
        elif element.marks or element.children:
            own = [_marked_content(page_refs[page], number) for page, number in element.marks]
            entry["K"] = PDFArray(own + [write(child, ref) for child in element.children])
        return ref

    tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    tree_ref = doc.Reference(tree)
    tree["K"] = PDFArray([write(root, tree_ref)])
    numbers: list[Any] = []
    for index, (page, elements) in enumerate(zip(pages, marked, strict=True)):
        page.__class__ = _StructuredPage
        page.StructParents, page.Tabs = index, PDFName("S")
        numbers += [index, doc.Reference(PDFArray([refs[element] for element in elements]))]
    tree["ParentTree"] = doc.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
    tree["ParentTreeNextKey"] = len(pages)
    doc.Catalog.StructTreeRoot = tree_ref
    doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _marked_content(page: Any, number: int) -> PDFDictionary:
    return PDFDictionary({"Type": PDFName("MCR"), "Pg": page, "MCID": number})


def _metadata(title: str, author: str) -> bytes:
    """The XMP packet. It claims no conformance (PDF/UA, PDF/A) that no validator has confirmed."""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()
