"""Owns the tagged canvas: content is marked while drawn, the structure tree written when the file is saved.

ReportLab has no tagging of its own, but its page streams take marks and its catalog a tree (ISO 32000-1, 14.7-14.8).
The tree's order is the order in which elements were made, which is the order of reading.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import XMP, LinkAnnotation, PDFArray, PDFDictionary, PDFName, PDFObject, PDFPage, PDFString
from reportlab.pdfgen.canvas import Canvas

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""


class Element:
    """One node of the structure tree: a role, its children, and the places on pages where its content was drawn."""

    __slots__ = ("attributes", "children", "marks", "role")  # a long table has tens of thousands

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


class _Link(LinkAnnotation):
    """ReportLab writes only the entries it knows by name; this one ties a link to the tree."""

    permitted = (*LinkAnnotation.permitted, "StructParent")


@dataclass
class _OnPage:
    """What is kept of a page until the file is saved."""

    marked: list[Element] = field(default_factory=list)
    anchors: list[tuple[str, str, int, float]] = field(default_factory=list)  # key, title, level, top
    links: list[tuple[Element, str, str, Box]] = field(default_factory=list)  # key, text, where
    numbers: list[tuple[Element, str, Callable[["TaggedCanvas", int], None]]] = field(default_factory=list)
    filled_with: Any = None  # the colour that is set


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
        self._here = 0
        self._clicked: dict[Element, list[tuple[int, LinkAnnotation]]] = defaultdict(list)  # of a link: (page, the place on it)
        self._on_page = _OnPage()

    @property
    def size(self) -> tuple[float, float]:
        """How wide and how high the page is, in points."""
        wide, high = self._pagesize
        return wide, high

    def setFillColor(self, aColor: Any, alpha: float | None = None) -> None:
        """Set the colour unless it is set already: each cell of a table asks for its own."""
        if aColor is not self._on_page.filled_with:
            super().setFillColor(aColor, alpha)
            self._on_page.filled_with = aColor

    def restoreState(self) -> None:
        super().restoreState()
        self._on_page.filled_with = None

    @contextmanager
    def mark(self, element: Element) -> Iterator[None]:
        """Tie what is drawn inside it to `element`. Marks are never nested."""
        number = len(self._on_page.marked)
        element.marks.append((self._here, number))
        self._on_page.marked.append(element)
        self._code.append(f"/{element.role} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Hide from readers what is drawn inside it: lines, repeated headings, page numbers."""
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def anchor(self, key: str, title: str, level: int, top: float) -> None:
        """Let links find this place by its key, and the reader's list of bookmarks by its title; level 0 is the highest."""
        self._on_page.anchors.append((key, title, level, self.absolutePosition(0, top)[1]))

    def link(self, element: Element, key: str, text: str, box: Box) -> None:
        """Lead from the box to the place with this key; `text` says where to."""
        left, bottom, right, top = box
        where = (*self.absolutePosition(left, bottom), *self.absolutePosition(right, top))
        self._on_page.links.append((element, key, text, where))

    def number_of(
        self, element: Element, key: str, right: float, top: float, draw: Callable[["TaggedCanvas", float, float, int], None]
    ) -> None:
        """Draw the number of the page on which the key stands, which is known when the file is saved; `draw` gets the canvas, the place
        and the number.
        """
        x, y = self.absolutePosition(right, top)
        self._on_page.numbers.append((element, key, lambda canvas, page: draw(canvas, x, y, page)))

    def showPage(self) -> None:
        self._held.append(dict(self.__dict__))
        self._here, self._on_page = len(self._held), _OnPage()
        self._startPage()

    def save(self) -> None:
        if not self._held:
            self.showPage()
        held: list[_OnPage] = [state["_on_page"] for state in self._held]
        pages = {key: number for number, one in enumerate(held, start=1) for key, _title, _level, _top in one.anchors}
        for number, (state, one) in enumerate(zip(self._held, held, strict=True), start=1):
            self.__dict__.update(state)
            for element, key, draw in one.numbers:
                with self.mark(element):
                    draw(self, pages[key])
            with self.artifact():
                self._furniture(self, number, len(self._held))
            self._lead(one)
            super().showPage()
        _write_tree(self._doc, self._root, [one.marked for one in held], self._clicked)
        self._doc.Catalog.Metadata = XMP(creator=lambda doc: _metadata(doc.info.title, doc.info.author))
        self._doc.SaveToFile(self._filename, self)

    def _lead(self, one: _OnPage) -> None:
        """Put the page's links and bookmarks into the file; its page is the one that is about to be shown."""
        for key, title, level, top in one.anchors:
            self.bookmarkPage(key, fit="XYZ", left=0, top=top)
            self.addOutlineEntry(title, key, level)
        for place, (element, key, text, box) in enumerate(one.links):
            link = _Link(Rect=box, Contents=text, Destination=self._bookmarkReference(key), Border="[0 0 0]", F=4)
            self._addAnnotation(link, f"{self._here}-{place}")
            self._clicked[element].append((self._here, link))


Number = Callable[[TaggedCanvas, float, float, int], None]
"""Draws a page's number up to a place: its right and top in points."""


class _StructuredPage(PDFPage):
    """ReportLab writes only the page entries it knows by name; these two tie a page to the tree and its tab order."""

    __NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]


class _Node(PDFObject):
    """An element as it stands in the file. It writes itself: a long table has tens of thousands, and ReportLab takes its time over each
    entry of a dictionary.
    """

    def __init__(self, element: Element, parent: Any) -> None:
        self.element, self.parent = element, parent
        self.pages: list[Any] = []  # of its marks
        self.children: list[Any] = []

    def format(self, document: Any) -> bytes:
        numbers, element = document.idToObjectNumberAndVersion, self.element
        attributes = b"".join(b"/%s %s" % (name.encode(), value.format(document)) for name, value in element.attributes.items())
        marks = [(_written(numbers, page), number) for page, (_page, number) in zip(self.pages, element.marks, strict=True)]
        if len(marks) == 1 and not self.children:
            ((page, number),) = marks
            kids = f"/Pg {page}/K {number}"
        else:
            own = [f"<</Type/MCR/Pg {page}/MCID {number}>>" for page, number in marks]
            kids = " ".join([*own, *(_written(numbers, one) for one in self.children)])
            kids = f"/K[{kids}]" if kids else ""
        return f"<</Type/StructElem/S/{element.role}/P {_written(numbers, self.parent)}".encode() + attributes + f"{kids}>>".encode()


def _written(numbers: Any, reference: Any) -> str:
    number, version = numbers[reference.name]
    return f"{number} {version} R"


def _write_tree(doc: Any, root: Element, marked: list[list[Element]], links: Mapping[Element, list[tuple[int, LinkAnnotation]]]) -> None:
    pages = doc.Pages.pages
    page_refs = [doc.Reference(page) for page in pages]
    refs: dict[Element, Any] = {}
    clicked: list[Any] = []

    def write(element: Element, parent: Any) -> Any:
        node = _Node(element, parent)
        ref = refs[element] = doc.Reference(node)
        node.pages = [page_refs[page] for page, _number in element.marks]
        for page, link in links.get(element, ()):
            leads = PDFDictionary({"Type": PDFName("OBJR"), "Pg": page_refs[page], "Obj": doc.Reference(link)})
            node.children.append(doc.Reference(leads))
            link.otherkw["StructParent"] = len(pages) + len(clicked)
            clicked.append(ref)
        node.children += [write(child, ref) for child in element.children]
        return ref

    tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    tree_ref = doc.Reference(tree)
    tree["K"] = PDFArray([write(root, tree_ref)])
    numbers: list[Any] = []
    for index, (page, elements) in enumerate(zip(pages, marked, strict=True)):
        page.__class__ = _StructuredPage
        page.StructParents, page.Tabs = index, PDFName("S")
        numbers += [index, doc.Reference(PDFArray([refs[element] for element in elements]))]
    for index, ref in enumerate(clicked, start=len(pages)):
        numbers += [index, ref]
    tree["ParentTree"] = doc.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
    tree["ParentTreeNextKey"] = len(pages) + len(clicked)
    doc.Catalog.StructTreeRoot = tree_ref
    doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _metadata(title: str, author: str) -> bytes:
    """The XMP packet. It claims no conformance (PDF/UA, PDF/A) that no validator has confirmed."""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()
