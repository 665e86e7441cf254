"""The tree of elements that Streamlit's front end draws, put together from the changes that the server sends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element


@dataclass
class _Node:
    """An element, or a block with what stands in it; the run that drew it and the fragment it belongs to."""

    content: Element | Block | None
    run: str = ""
    fragment: str = ""
    children: dict[int, "_Node"] = field(default_factory=dict)


class Tree:
    """What the page shows."""

    def __init__(self):
        self._run, self._fragments = "", []
        self.clear()

    def clear(self) -> None:
        self._root = _Node(None)

    def begin(self, run: str, fragments: list[str]) -> None:
        """A run of the script begins, of all of it or of these fragments."""
        self._run, self._fragments = run, fragments

    def apply(self, path: list[int], delta: Delta) -> None:
        kind = delta.WhichOneof("type")
        if kind == "new_transient":  # a spinner beside what stands there
            return
        *above, last = path
        node = self._root
        for place in above:
            node = node.children.setdefault(place, _Node(None, self._run))
        is_block = kind == "add_block"
        content = delta.add_block if is_block else delta.new_element
        before = node.children.get(last)
        # A block that is drawn again keeps what stands in it until the run has ended.
        children = before.children if is_block and before is not None else {}
        node.children[last] = _Node(content, self._run, delta.fragment_id, children)

    def end(self) -> None:
        """The run is over: what it has not drawn again goes."""
        self._drop_stale(self._root)

    def _drop_stale(self, node: _Node) -> None:
        for place, child in list(node.children.items()):
            is_concerned = not self._fragments or child.fragment in self._fragments
            if child.content is not None and is_concerned and child.run != self._run:
                del node.children[place]
            else:
                self._drop_stale(child)

    def _nodes(self) -> Iterator[_Node]:
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for _, child in sorted(node.children.items(), reverse=True))

    def elements(self, kind: str) -> list[Any]:
        """All elements of a kind, in their order on the page (the menu last), by Streamlit's name for it."""
        found = []
        for node in self._nodes():
            if isinstance(node.content, Element) and node.content.WhichOneof("type") == kind:
                found.append(getattr(node.content, kind))
        return found

    def labelled(self, kind: str, label: str) -> Any:
        """The element of this kind whose label begins so."""
        elements = self.elements(kind)
        found = next((one for one in elements if one.label.startswith(label)), None)
        assert found is not None, (
            f"No {kind} {label!r} among {[one.label for one in elements]}. The page says: {self.text()[:600]}"
        )
        return found

    def metric(self, label: str) -> str:
        return self.labelled("metric", label).body

    def titles(self) -> list[str]:
        return [one.body for one in self.elements("heading")]

    def text(self) -> str:
        """All that is written on the page, in the menu too."""
        return "\n".join(
            [one.body for kind in ("heading", "markdown", "text", "alert") for one in self.elements(kind)]
            + [f"{one.label}: {one.body}" for one in self.elements("metric")]
            + [f"{one.text} {one.value}" for one in self.elements("progress")]
        )

    def raw(self) -> bytes:
        """All elements as they were sent, tables and charts too."""
        return b"".join(node.content.SerializeToString() for node in self._nodes() if node.content is not None)

    def exceptions(self) -> list[str]:
        return [f"{one.type}: {one.message}" for one in self.elements("exception")]

    def errors(self) -> list[str]:
        """What the page refuses."""
        return [one.body for one in self.elements("alert") if one.format == Alert.ERROR]

    def widget_ids(self) -> set[str]:
        ids = set()
        for node in self._nodes():
            if isinstance(node.content, Element):
                ids.add(getattr(getattr(node.content, node.content.WhichOneof("type") or "empty"), "id", ""))
        return ids
